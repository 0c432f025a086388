import {
  Glyph,
  HangingBanner,
  JobCard,
  JobCardHeader,
  JobCardMeta,
  JobProgressLine,
  Readout,
  StepTrail,
  StreamText,
  Well,
  useJobCard,
  useRealtimeClient,
} from '../../src/index.ts';
import type { ReactElement } from 'react';

/** Each part of a job's card by itself; all of them show the facts of one `useJobCard`. */
export function CardParts({ jobId }: { jobId: string }): ReactElement | null {
  const client = useRealtimeClient();
  const card = useJobCard(jobId);
  if (card === null) return null;
  return (
    <div className="parts">
      <div data-part="JobCard">
        <JobCard view={card} />
      </div>
      <div data-part="JobCardHeader">
        <JobCardHeader view={card} titleId="part-title" isOpen />
      </div>
      <div data-part="JobCardMeta">
        <JobCardMeta view={card} isOpen />
      </div>
      <div data-part="Glyph">
        <Glyph name={card.glyph} tone={card.tone} />
      </div>
      {card.readout === null ? null : (
        <div data-part="Readout">
          <Readout readout={card.readout} />
        </div>
      )}
      <div data-part="StepTrail">
        <StepTrail steps={card.steps} />
      </div>
      <div data-part="JobProgressLine">
        <JobProgressLine rail={card.rail} lastEventAt={card.lastEventAt} />
      </div>
      {card.banner === null ? null : (
        <div data-part="HangingBanner">
          <HangingBanner
            banner={card.banner}
            resume={card.actions.resume}
            onResume={() => {
              // What becomes of it is in the card’s facts.
              client.resumeJob(jobId).catch(() => undefined);
            }}
          />
        </div>
      )}
      <div data-part="Well">
        <Well apart>
          <StreamText source={client.textOf(jobId)} caret={card.output?.growing === true} />
        </Well>
      </div>
    </div>
  );
}

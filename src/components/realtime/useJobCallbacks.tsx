'use client';
import { useMemo, type ReactElement, type ReactNode } from 'react';
import { useRealtimeClient } from '../../hooks/RealtimeProvider.tsx';
import type { TextSource } from '../../services/realtime/jobText.ts';
import type { JobCardProps } from './JobCard.tsx';
import { OutputBoundary } from './OutputBoundary.tsx';
import { StreamText } from './StreamText.tsx';

/** What a job has written, for whoever draws it in a way of their own. */
export interface JobOutput {
  jobId: string;
  source: TextSource;
  /** More may be written. */
  isGrowing: boolean;
}

export interface JobOutputOptions {
  /** How output is set: in columns, or in the font of prose. Default `mono`. */
  output?: 'mono' | 'prose';
  /**
   * Draws a job's text in place of `StreamText`, such as a Markdown renderer. Must keep its identity. Where it throws,
   * `client.onError` is told and the plain text is shown.
   */
  renderOutput?: ((output: JobOutput) => ReactNode) | undefined;
}

/** The callbacks of a job's card, carried out by the client. The same functions as long as client and options are. */
export function useJobCallbacks({
  output = 'mono',
  renderOutput,
}: JobOutputOptions): Required<Pick<JobCardProps, 'onCancel' | 'onResume' | 'renderOutput' | 'readText'>> {
  const client = useRealtimeClient();
  return useMemo(
    () => ({
      // What becomes of a request is in the job's entry, and so on its card.
      onCancel: (jobId) => {
        client.cancelJob(jobId).catch(() => undefined);
      },
      onResume: (jobId) => {
        client.resumeJob(jobId).catch(() => undefined);
      },
      readText: (jobId) => client.textOf(jobId).read().rope.toString(),
      renderOutput: (jobId, isGrowing) => {
        const source = client.textOf(jobId);
        const plain = <StreamText source={source} as={output} caret={isGrowing} />;
        if (renderOutput === undefined) return plain;
        return (
          <OutputBoundary fallback={plain} onThrown={client.callbackThrew}>
            <DrawnOutput draw={renderOutput} output={{ jobId, source, isGrowing }} />
          </OutputBoundary>
        );
      },
    }),
    [client, output, renderOutput],
  );
}

/** Within the boundary, so that a throw is caught there. */
function DrawnOutput({ draw, output }: { draw: (output: JobOutput) => ReactNode; output: JobOutput }): ReactElement {
  return <>{draw(output)}</>;
}

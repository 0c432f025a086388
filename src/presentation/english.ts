import { assertNever } from '@regen/realtime-shared';
import type { Announcement } from './announcements.ts';
import type { JobCount } from './pillView.ts';
import { createEnglishPhases, GONE } from './englishPhases.ts';
import { createEnglishNumbers } from './englishNumbers.ts';
import type { Part, Words } from './words.ts';

const text = (value: string): Part => ({ kind: 'text', text: value });
const strong = (value: string): Part => ({ kind: 'strong', text: value });
const title = (value: string): Part => ({ kind: 'title', text: named(value) });
const figure = (value: string): Part => ({ kind: 'number', text: value });

const UNTITLED = 'Untitled job';

function named(title: string): string {
  return title === '' ? UNTITLED : title;
}

/**
 * The English catalogue, as a base for others: a language replaces what it says otherwise.
 *
 * @param locale a locale of English; British by default, since its short forms carry no full stops
 */
export function createEnglish(locale: string = 'en-GB'): Words {
  const numbers = createEnglishNumbers(locale);
  const { number, percent, duration, span, ago, many, counted } = numbers;
  const compact = new Intl.NumberFormat(locale, {
    notation: 'compact',
    compactDisplay: 'long',
    maximumFractionDigits: 1,
  });
  const countOf = ({ kind, count }: JobCount): string => `${number(count)} ${kind === 'gone' ? 'not found' : kind}`;
  const { status, progressValue } = createEnglishPhases(numbers);

  function fateOfText(value: number | null, textKept: boolean): string {
    if (!textKept) return 'None of its text is kept in this browser.';
    // Maybe nothing was missing.
    if (value === 100) return 'What was written is kept in this browser.';
    const part = value === null ? 'What was written' : `The text up to ${percent(value)}`;
    return `${part} is kept in this browser; the rest is lost.`;
  }

  return {
    locale,
    number,
    percent,
    percentParts: numbers.percentParts,
    duration,
    span,
    ago,
    bar: {
      details: 'Connection details',
      lanes: 'Running jobs',
      signInExpired: { headline: 'Your sign-in has expired', detail: [] },
      signInRefused: (message) => ({ headline: 'Sign-in was refused.', detail: [text(message)] }),
      tooManyConnections: (message) => ({ headline: 'Too many connections.', detail: [text(message)] }),
      serverRefused: (message) => ({ headline: 'The server is not available.', detail: [text(message)] }),
      offline: {
        headline: 'No network.',
        detail: [text('Your jobs go on and will be shown when you are back.')],
      },
      disconnected: { headline: 'Not connected.', detail: [text('What you see is the last that was known.')] },
      reconnecting: (attempt, nextTryInMs) => ({
        headline: 'Reconnecting…',
        detail: [
          text('attempt '),
          figure(number(attempt)),
          ...(nextTryInMs === null
            ? []
            : [text(', next try in '), figure(`${number(Math.ceil(nextTryInMs / 1_000))} s`)]),
        ],
      }),
      connecting: 'Connecting…',
      catchingUp: (total) => (total === null ? 'Catching up…' : `Catching up: ${counted(total, 'update', 'updates')}`),
      caughtUp: (applied, total) => `${number(applied)} of ${number(total)}`,
      delayed: 'Live updates are delayed',
      workerSilent: (name, forMs, others) => ({
        headline: 'No sign of life',
        detail: [
          text('from '),
          title(name),
          ...(others === 0 ? [] : [text(` and ${counted(others, 'other', 'others')}`)]),
          text(' for '),
          figure(span(forMs)),
        ],
      }),
      holding: (name, others) => [
        strong('Waiting for '),
        title(name),
        ...(others === 0 ? [] : [text(` and ${counted(others, 'other', 'others')}`)]),
        strong(' to continue'),
      ],
      working: (running) => counted(running, 'job running', 'jobs running'),
      waiting: (queued) => counted(queued, 'job queued', 'jobs queued'),
      idle: 'Ready',
      signIn: 'Sign in again',
      retry: 'Retry now',
    },
    details: {
      connection: 'Connection',
      roundTrip: 'Round trip',
      lastContact: 'Last contact',
      reconnected: 'Reconnected',
      status: {
        initial: 'Not started',
        connecting: 'Connecting',
        connected: 'Connected',
        reconnecting: 'Reconnecting',
        disconnected: 'Disconnected',
      },
      roundTripTime: (ms) => `${number(Math.round(ms))} ms`,
      times: (count) => (count === 0 ? 'Never' : counted(count, 'time', 'times')),
      unknown: 'Not known yet',
    },
    lane: (name, value, phase) => {
      const share = value === null ? 'progress unknown' : percent(value);
      if (name === null) return `All jobs, ${share} ended`;
      const known = `${named(name)}, ${share}`;
      return phase === null || phase.kind === 'running' ? known : `${known}, ${status(phase)}`;
    },
    job: {
      status,
      remaining: (ms) => `${duration(ms)} left`,
      stepOf: (index, count) => `Step ${number(index)} of ${number(count)}`,
      progress: 'Progress',
      progressValue,
      untitled: UNTITLED,
      copyId: (jobId) => `Copy the id ${jobId}`,
      cancel: 'Cancel',
      resume: 'Resume',
      tryAgain: 'Try again',
      dismiss: 'Dismiss',
      copyText: 'Copy text',
      copied: 'Copied',
      showText: 'Show text',
      hideText: 'Hide text',
      requestLost: 'The request did not get through.',
      paused: 'This job is paused',
      kept: (length) =>
        length === null ? null : length === 0 ? 'Nothing has been written yet.' : 'The text so far is kept.',
      written: (length) => {
        if (length === null) return null;
        return length === 0
          ? 'Nothing was written.'
          : `${counted(length, 'character was', 'characters were')} written and ${many(length, 'is', 'are')} kept.`;
      },
      gone: `${GONE}.`,
      goneText: fateOfText,
      output: 'Output',
    },
    steps: {
      label: 'Steps',
      done: (count) => `${number(count)} done`,
      more: (count) => `${number(count)} more`,
      state: {
        done: 'done',
        active: 'under way',
        pending: 'to come',
        skipped: 'skipped',
        failed: 'failed',
        stopped: 'stopped',
      },
    },
    well: {
      jump: 'Jump to latest',
      newLines: (count) => counted(count, 'line', 'lines'),
      leftOut: (length) => `The first ${compact.format(length)} characters are left out.`,
      replaced: 'The server replaced its record of this job. This is the text it has now.',
    },
    panel: {
      title: 'Jobs',
      collapse: 'Collapse',
      empty: 'Jobs appear here as soon as one starts.',
      notConnected: 'Not connected. Jobs appear here once the server can be reached.',
      history: 'History',
      noneRunning: 'None running',
      counts: (counts, all) => {
        const list = counts.map(countOf).join(', ');
        return all > 20 ? `${counted(all, 'job', 'jobs')}: ${list}` : list;
      },
      count: countOf,
      notLive: (jobs) => ({ headline: counted(jobs, 'job', 'jobs'), detail: [text('not live')] }),
      ended: { completed: 'Completed', failed: 'Failed', cancelled: 'Cancelled', gone: 'Not found' },
      late: 'Finished before it could be cancelled',
    },
    restore: {
      dismiss: 'Dismiss',
      show: 'Show',
      showText: 'Show text',
      tryAgain: 'Try again',
      reconnecting: (value, jobs) => {
        if (jobs > 1) return `Reconnecting to ${number(jobs)} jobs…`;
        return value === null ? 'Reconnecting to job…' : `Reconnecting to job (${percent(value)})…`;
      },
      waiting: (value, jobs, textKept) => {
        const what = jobs > 1 ? `${number(jobs)} jobs` : value === null ? 'the job' : `the job (${percent(value)})`;
        const kept = textKept ? [text(' The text so far is kept in this browser.')] : [];
        return [strong(`Waiting for a connection to ${what}.`), ...kept];
      },
      resuming: (value) => (value === null ? 'Resuming' : `Resuming from ${percent(value)}`),
      completed: (name) => [title(name), text(' was completed while you were away.')],
      cancelled: (name) => [title(name), text(' was cancelled while you were away.')],
      failed: (name, reason) => [
        title(name),
        text(` failed while you were away${reason === '' ? '' : `: ${asClause(reason)}`}.`),
      ],
      gone: (value, textKept) => [strong(`${GONE}.`), text(` ${fateOfText(value, textKept)}`)],
    },
    announce: spoken,
  };
}

function spoken(announcement: Announcement): string {
  const job = 'title' in announcement ? named(announcement.title) : '';
  switch (announcement.kind) {
    case 'jobStarted':
      return `${job} has started.`;
    case 'jobStep':
      return `${job}: ${announcement.step}.`;
    case 'jobCompleted':
      return `${job} is completed.`;
    case 'jobCancelled':
      return `${job} was cancelled.`;
    case 'jobGone':
      return `${job}: ${GONE}.`;
    case 'jobPaused':
      return `${job} is paused.`;
    case 'jobResumed':
      return `${job} goes on.`;
    case 'jobRetried':
      return `${job} is tried again.`;
    case 'jobFailed':
      return `${job} failed${announcement.reason === '' ? '' : `: ${asClause(announcement.reason)}`}.`;
    case 'workerSilent':
      return `No sign of life from ${job}.`;
    case 'connectionLost':
      return 'The connection was lost. Reconnecting.';
    case 'connectionBack':
      return 'Connected again.';
    case 'offline':
      return 'No network. Your jobs go on and will be shown when you are back.';
    case 'signInExpired':
      return 'Your sign-in has expired.';
    case 'signInRefused':
      return 'The server did not accept the connection.';
    default:
      return assertNever(announcement);
  }
}

/** A message as the end of a sentence, without its own full stop. Its first word keeps its case: it may be a name. */
function asClause(message: string): string {
  return message.trim().replace(/\.$/, '');
}

/** The English catalogue in its default locale: the words without a `WordsContext`. */
export const english: Words = createEnglish();

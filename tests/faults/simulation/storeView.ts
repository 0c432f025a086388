import type { JobLog, JobLogMessage, LogSubscription } from '@regen/realtime-core';
import type { Clock, Random } from '@regen/realtime-shared';

/** A log as one server sees it over a network: every call and every push takes its time. */
export function viewOf(log: JobLog, clock: Clock, random: Random): JobLog {
  const latency = (): number => 1 + Math.floor(random() ** 3 * 24);

  function wait(): Promise<void> {
    return new Promise((resolve) => {
      clock.setTimeout(resolve, latency());
    });
  }

  /** There and back. */
  function call<Request, Result>(method: (request: Request) => Promise<Result>): (request: Request) => Promise<Result> {
    return async (request) => {
      await wait();
      try {
        return await method(request);
      } finally {
        await wait();
      }
    };
  }

  function listen<Message>(
    subscribe: (listener: (message: Message) => void) => LogSubscription,
    listener: (message: Message) => void,
  ): LogSubscription {
    let source: LogSubscription | undefined;
    let closed = false;
    let last = 0;
    const ready = wait().then(async () => {
      if (closed) return;
      source = subscribe((message) => {
        last = Math.max(last, clock.now() + latency());
        clock.setTimeout(() => {
          if (!closed) listener(message);
        }, last - clock.now());
      });
      await source.ready;
      await wait();
    });
    ready.catch(() => undefined);
    return {
      ready,
      close: () => {
        closed = true;
        source?.close();
      },
    };
  }

  return {
    create: call((request) => log.create(request)),
    append: call((request) => log.append(request)),
    heartbeat: call((request) => log.heartbeat(request)),
    takeover: call((request) => log.takeover(request)),
    requestCancel: call((request) => log.requestCancel(request)),
    requestResume: call((request) => log.requestResume(request)),
    read: call((request) => log.read(request)),
    list: call((request) => log.list(request)),
    recent: call((request) => log.recent(request)),
    pendingControl: () => log.pendingControl(),
    sweep: () => log.sweep(),
    subscribe: (jobId, listener: (message: JobLogMessage) => void) =>
      listen((each) => log.subscribe(jobId, each), listener),
    subscribeOwner: (ownerId, listener) => listen((each) => log.subscribeOwner(ownerId, each), listener),
    subscribeControl: (listener) => listen((each) => log.subscribeControl(each), listener),
    isAvailable: () => log.isAvailable(),
    now: () => log.now(),
    onAvailability: (listener) => log.onAvailability(listener),
  };
}

/** One run of a task at a time; whoever asks meanwhile gets another run behind the one that is on. */
export interface RunAgain {
  /** Resolves when a run that began no earlier than the call has ended, or one has failed. Never rejects. */
  run(): Promise<boolean>;
}

/** `task` resolves to whether it has to run once more. `onEnd` is told of the error of a failed run. */
export function createRunAgain(task: () => Promise<boolean>, onEnd: (error?: { cause: unknown }) => void): RunAgain {
  let running: Promise<boolean> | null = null;
  let asked = false;

  async function untilDone(): Promise<boolean> {
    try {
      do asked = false;
      while ((await task()) || wasAsked());
    } catch (cause) {
      onEnd({ cause });
      return false;
    }
    onEnd();
    return true;
  }

  /** Read through a function: during the await it changes behind the compiler's back. */
  function wasAsked(): boolean {
    return asked;
  }

  return {
    run() {
      asked = true;
      running ??= untilDone().finally(() => {
        running = null;
      });
      return running;
    },
  };
}

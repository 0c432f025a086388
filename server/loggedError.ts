/** What the log tells of an error. */

export interface LoggedError {
  type: string;
  message: string;
  stack?: string;
  code?: string;
  cause?: LoggedError;
}

/** Redis repeats what it was sent with a command that it does not know. */
const REPEATED_ARGUMENTS = /,? with args beginning with:[^]*/;

/** Its words and where it came from. What else libraries hang onto errors, such as a command with a job's text, stays out. */
export function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const message = error.message.replace(REPEATED_ARGUMENTS, '');
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    message,
    ...(error.stack === undefined ? {} : { stack: error.stack.replace(error.message, () => message) }),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.cause === undefined ? {} : { cause: loggedError(error.cause) }),
  };
}

/**
 * npm and npx start a command through a shell. A signal to them is meant for the command but never reaches it: the
 * command would continue as an orphan. A command that was started otherwise may outlive its starter (`nohup`, a closed
 * session), and does.
 */
const everyMs = 500;

/**
 * Calls back once when the process that started this one is gone, where that was npm's.
 * @returns what ends the watch
 */
export function onParentExit(
  lost: () => void,
  parentId: () => number = () => process.ppid,
  environment: NodeJS.ProcessEnv = process.env,
): () => void {
  if (environment.npm_command === undefined) return () => {};
  const starter = parentId();
  const timer = setInterval(() => {
    if (parentId() === starter) return;
    clearInterval(timer);
    lost();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

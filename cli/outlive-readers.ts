/**
 * Lets a command outlive whoever reads what it prints (`drisc test … | head`): a run goes on to its verdict, ends what it
 * began and writes its reports; only nobody reads its words any more.
 */
export function outliveReaders(
  streams: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr],
): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

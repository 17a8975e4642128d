import pc from 'picocolors';

/** A line on the terminal that is written over as work goes on; silent where standard error is no terminal. */
export interface ProgressLine {
  show(done: number, total: number, what: string): void;
  /** Says something that stays, above the line. */
  say(text: string): void;
  end(): void;
}

const BAR = 24;

export function createProgressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  const isLive = stream.isTTY;
  const clear = (): void => void (isLive && stream.write('\r\u001B[2K'));
  return {
    show(done, total, what) {
      if (!isLive) return;
      const full = Math.round((BAR * done) / Math.max(1, total));
      const bar = pc.green('━'.repeat(full)) + pc.dim('━'.repeat(BAR - full));
      const room = Math.max(0, (stream.columns ?? 80) - BAR - 14);
      clear();
      stream.write(`${bar} ${done}/${total} ${pc.dim(what.slice(0, room))}`);
    },
    say(text) {
      clear();
      stream.write(`${text}\n`);
    },
    end: clear,
  };
}

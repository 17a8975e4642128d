/** Reads server-sent events as they come, in the form that the control API writes: the `data` of each, and no more. */
export function createEventReader(): (chunk: string) => string[] {
  let rest = '';
  return (chunk) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => {
      const line = block.split('\n').find((candidate) => candidate.startsWith('data: '));
      return line === undefined ? [] : [line.slice('data: '.length)];
    });
  };
}

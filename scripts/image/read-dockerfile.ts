/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In capitals, such as COPY. */
  readonly name: string;
  readonly text: string;
}

/** A stage: what it begins from and the instructions that follow. */
export interface Stage {
  readonly name: string;
  /** An image, or the name of an earlier stage. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/**
 * Reads the stages of a Dockerfile, comments left out and continued lines joined.
 *
 * @throws RangeError where an instruction stands before the first FROM, or a stage has no name
 */
export function readDockerfile(text: string): Stage[] {
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const line of joinedLines(text)) {
    const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/s.exec(line) ?? [];
    const from = /^(?:--platform=\S+\s+)?(\S+)\s+AS\s+(\S+)$/i.exec(rest);
    if (name.toUpperCase() === 'FROM') {
      if (!from) throw new RangeError(`Cannot read the Dockerfile: a stage must have a name, got "${line}"`);
      stages.push({ name: from[2]!, from: from[1]!, instructions: [] });
    } else if (stages.length === 0) throw new RangeError(`Cannot read the Dockerfile: "${line}" stands before FROM`);
    else stages.at(-1)!.instructions.push({ name: name.toUpperCase(), text: rest.trim() });
  }
  return stages;
}

/** The stages that one is made of, in order, itself last. */
export function neededStages(stages: readonly Stage[], name: string): Stage[] {
  const stage = stages.find((one) => one.name === name);
  if (!stage) throw new RangeError(`Cannot build ${name}: there is no such stage`);
  const sources = [stage.from, ...stage.instructions.flatMap(({ text }) => /--from=(\S+)/.exec(text)?.[1] ?? [])];
  const earlier = sources.filter((source) => stages.some((one) => one.name === source));
  return [...new Set([...earlier.flatMap((source) => neededStages(stages, source)), stage])];
}

function joinedLines(text: string): string[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#.*)?$/.test(line));
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
}

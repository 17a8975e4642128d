import { stringify } from 'yaml';
import { CLIENT_ACTIONS, SERVER_ACTIONS } from '../protocol/messages.ts';
import { SETTINGS } from '../protocol/settings.ts';
import type { SettingName } from '../protocol/settings.ts';
import { formatDuration } from './format/duration.ts';
import { FAULT_TIMES } from './format/read-fault.ts';
import { listSayings } from './list-sayings.ts';
import type { ScenarioOutcome, TranscriptLine } from './outcome.ts';
import { listPlayedSteps } from './player/opening.ts';
import { FORMAT_VERSION } from './scenario.ts';
import type { Given, Scenario, SayingStep } from './scenario.ts';

/**
 * Writes what a client did in a scenario as a new scenario, to be edited: what was done stays as it was, and what the
 * app did and was told becomes what is awaited.
 */
export function recordScenario(scenario: Scenario, outcome: ScenarioOutcome): string {
  const sayings = listSayings(listPlayedSteps(scenario));
  const done = new Map(sayings.filter(({ awaits }) => !awaits).map((step) => [step.text, step]));
  const steps = outcome.transcript.flatMap((line) => writeLine(line, done, scenario.given) ?? []);
  const { name: _, ...app } = { ...scenario.given.app, is: 'off' };
  return stringify(
    {
      drisc: FORMAT_VERSION,
      title: `Recorded from ${scenario.name}`,
      why: 'Say here who suffers when a client does otherwise.',
      tags: ['recorded'],
      given: { ...writeGiven(scenario.given), app: { name: scenario.given.app.name, ...app } },
      steps,
    },
    { lineWidth: 110 },
  );
}

function writeGiven({ limit, takeover, drisc, settings, devices }: Given) {
  return {
    limit,
    takeover: takeover ? 'on' : 'off',
    drisc: drisc ? 'on' : 'off',
    settings: writeSettings(settings),
    devices,
  };
}

function writeSettings(settings: object): Record<string, unknown> {
  const entries = Object.entries(settings).map(([name, value]) => {
    const setting = SETTINGS[name as SettingName];
    return [
      name,
      'unit' in setting && setting.unit === 'ms' ? formatDuration(Number(value)) : (value as unknown),
    ];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function writeLine(
  line: TranscriptLine,
  done: ReadonlyMap<string, SayingStep>,
  given: Given,
): object | undefined {
  const step = line.device === 'server' && line.kind === 'note' ? done.get(line.label) : undefined;
  if (step) return writeDone(step);
  const because = /^slot freed: ([a-z-]+)$/.exec(line.label)?.[1];
  if (line.kind === 'note' && because !== undefined && line.device !== 'server') {
    return { [line.device]: 'loses its slot', because };
  }
  const words = line.device === 'app' ? describeApp(line, given) : undefined;
  return words === undefined ? undefined : { app: words };
}

function writeDone({ actor, template, slots, options }: SayingStep): object {
  const words = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => slots[name] ?? name);
  const { settings, with: parameters, ...others } = options;
  return {
    [actor]: words,
    ...others,
    ...(settings ? { settings: writeSettings(settings) } : {}),
    ...(parameters && Object.keys(parameters).length > 0 ? { with: writeParameters(parameters) } : {}),
  };
}

function writeParameters(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(parameters).map(([name, value]) => [
    name,
    FAULT_TIMES.includes(name) ? formatDuration(Number(value)) : value,
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** The phrase for what the app did or was told; nothing for what no phrase tells. */
function describeApp(
  { kind, direction, label, raw = '', lost }: TranscriptLine,
  given: Given,
): string | undefined {
  switch (kind) {
    case 'request':
      return label === 'POST /sessions' ? 'creates a session' : undefined;
    case 'response':
      return describeAnswer(label, raw);
    case 'open':
      return label === 'connects again' ? 'reconnects' : 'connects';
    case 'frame': {
      const known: readonly string[] = direction === 'out' ? CLIENT_ACTIONS : SERVER_ACTIONS;
      if (!known.includes(label) || (direction === 'in' && lost)) return undefined;
      return direction === 'out' ? `sends ${label}` : `receives ${label}`;
    }
    case 'close':
      return direction === 'in' ? `is closed with ${label.replace('close ', '')}` : undefined;
    case 'playback':
      return label;
    case 'note': {
      const by = Object.keys(given.devices).find(
        (key) => label === `shows that ${JSON.stringify(given.devices[key]?.name)} took over`,
      );
      if (by !== undefined) return `shows that ${by} took over`;
      return label === 'shows the limit' ? label : undefined;
    }
    case 'command':
      return undefined;
  }
}

function describeAnswer(label: string, raw: string): string | undefined {
  if (label.startsWith('connection refused')) return 'is refused a connection';
  if (label.endsWith(' LimitExceeded')) return 'is refused at the limit';
  const [status] = label.split(' ');
  if (status === '200' && raw.includes('"endpoint"')) return 'is granted a session';
  if (status === '200' && /"disabled"|"enabled":false/.test(raw)) return 'is told that DRISC is disabled';
  return `is answered ${status}`;
}

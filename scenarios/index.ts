export { renderArrowDiagram } from './arrow-diagram.ts';
export type { DiagramOptions } from './arrow-diagram.ts';
export type { ClientSubject, SubjectEvent } from './client-subject.ts';
export { createScenarioCollection } from './collection.ts';
export type { ScenarioCollection } from './collection.ts';
export { defineScenario } from './define-scenario.ts';
export type { ScenarioSource } from './define-scenario.ts';
export { formatProblem, parseScenario } from './format/parse-scenario.ts';
export type { ParsedScenario } from './format/parse-scenario.ts';
export { createScenarioSwitch } from './live/scenario-switch.ts';
export type {
  ScenarioFailure,
  ScenarioOutcome,
  ScenarioVerdict,
  StepOutcome,
  StepVerdict,
  TranscriptLine,
} from './outcome.ts';
export type { PerformanceOptions, PlayEvent } from './player/performance-options.ts';
export { playScenario } from './player/play-scenario.ts';
export type { PlayOptions } from './player/play-scenario.ts';
export type { AppOrder } from './player/stage.ts';
export { createVirtualTime } from './player/virtual-time.ts';
export type { VirtualTime } from './player/virtual-time.ts';
export type { Scenario, Step } from './scenario.ts';

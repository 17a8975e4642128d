/** Where the server's lifeline stands, in pixels. */
export const SERVER_X = 30;

/** With many lifelines they stand closer, down to what a message's name needs. */
const WIDEST = 132;
const NARROWEST = 72;
const PREFERRED = 500;

/** How far lanes stand from each other, in pixels. */
export function laneStep(lanes: number): number {
  return Math.max(NARROWEST, Math.min(WIDEST, PREFERRED / Math.max(1, lanes)));
}

/** Where a lane stands, in pixels. */
export function laneX(lane: number, lanes: number): number {
  return Math.round(SERVER_X + (lane + 1) * laneStep(lanes));
}

/** The width of the diagram, in pixels. */
export function lanesWidth(lanes: number): number {
  return laneX(Math.max(0, lanes - 1), lanes) + laneStep(lanes) / 2 + 6;
}

import type { DriscConfig } from '../../../simulator/config/config.ts';

const limit: number = 2;

export const config = {
  port: 4010,
  offers: [{ id: 'S1', limit }, { id: 'S2', limits: 1 }],
  settings: { pongTimeout: -5 },
} as unknown as DriscConfig;

export default config;

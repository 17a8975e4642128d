/**
 * How well a statement about DRISC is founded: `D` documented in the vendor's public pages,
 * `C` seen in the vendor's public client, `A` assumed, because both are silent.
 */
export type Mark = 'D' | 'C' | 'A';

/** `serve` does prefill and decode in one engine; `prefill` and `decode` are the two halves of a disaggregated service. */
export type Role = 'serve' | 'prefill' | 'decode';

/** How many instances of each role; a role that is not used is left out. */
export type InstanceCounts = Partial<Record<Role, number>>;

/** One thing that was looked at in a cluster. `info`: neither good nor bad. */
export interface ClusterFinding {
  readonly check: string;
  readonly status: 'ok' | 'info' | 'failed';
  readonly found: string;
  /** What would mend it. */
  readonly advice?: string;
}

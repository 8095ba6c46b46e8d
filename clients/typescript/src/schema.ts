export interface paths {
  '/v1/forecast': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What will arrive after the end of the traffic, with its band */
    post: operations['forecast'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/simulate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** How a fixed deployment serves the traffic */
    post: operations['simulate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/goodput': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The largest rate within the SLO, for one deployment or every split */
    post: operations['goodput'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Instances for each step to come, by search over simulated serving */
    post: operations['plan'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/capacity': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The fewest GPUs and the best split for the traffic and an SLO, across profiles and prices */
    post: operations['capacity'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/contest': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A window of the traffic under each scaling policy */
    post: operations['contest'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The newest jobs, newest first */
    get: operations['listJobs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A job, with its answer once it is done */
    get: operations['getJob'];
    put?: never;
    post?: never;
    /** Cancel a job that waits or runs */
    delete: operations['cancelJob'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Progress as server-sent events: `job` events with a JobSummary, the last one in an end state */
    get: operations['watchJob'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/traces': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every trace that questions can name */
    get: operations['listTraces'];
    put?: never;
    /** Upload a request trace: BurstGPT, Azure or plain CSV, as it is or gzip */
    post: operations['uploadTrace'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/traces/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Delete an uploaded trace */
    delete: operations['deleteTrace'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/profiles': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Latency profiles and forecasters */
    get: operations['listProfiles'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The running service now: queues, latencies, instances */
    get: operations['live'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/healthz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The process lives */
    get: operations['health'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/readyz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** It takes questions */
    get: operations['readiness'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Metrics in the format of Prometheus */
    get: operations['metrics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    ForecastQuestion: {
      traffic?: components['schemas']['Traffic'];
      /**
       * @default requests
       * @enum {string}
       */
      target?: 'requests' | 'promptTokens' | 'outputTokens' | 'meanTokens';
      /**
       * @description Width of a bin
       * @default 600
       */
      binSeconds?: number;
      /**
       * @description Bins ahead
       * @default 24
       */
      steps?: number;
      /** @default ensemble */
      model?: components['schemas']['ForecasterName'];
      /**
       * @description Seed of everything random
       * @default 1
       */
      seed?: number;
    };
    /** @default {} */
    Traffic: {
      /**
       * @description A trace of GET /v1/traces, or live for the running service (forecast and plan)
       * @default modelled-week
       * @example modelled-week
       */
      trace?: string;
      /** @description Start of the part that is used, from the start of the trace */
      fromSeconds?: number;
      /** @description Length of that part; default: to the end */
      forSeconds?: number;
      /** @description Scale the load to this mean rate over the part, requests per second */
      meanRate?: number;
      /** @description Scale the load by this factor; give meanRate or factor */
      factor?: number;
      /**
       * @description The load grows by this factor on top
       * @default 1
       * @example 3
       */
      growth?: number;
    };
    /** @enum {string} */
    ForecasterName:
      | 'last'
      | 'moving-average'
      | 'ewma'
      | 'weighted-ewma'
      | 'yesterday'
      | 'last-week'
      | 'holt-winters'
      | 'kalman'
      | 'kalman-trend'
      | 'arima'
      | 'paper'
      | 'ridge'
      | 'ridge-root'
      | 'boosted-paper'
      | 'boosted-raw'
      | 'boosted-change'
      | 'boosted-poisson'
      | 'boosted-median'
      | 'dense'
      | 'lstm'
      | 'tcn'
      | 'ensemble'
      | 'ensemble-median';
    SimulateQuestion: {
      traffic?: components['schemas']['Traffic'];
      /** @default h100-llama-3.1-8b-bf16 */
      profile?: components['schemas']['ProfileName'];
      counts: components['schemas']['Counts'];
      slo: components['schemas']['Slo'];
      scheduler?: components['schemas']['Scheduler'];
      /**
       * @description Seed of everything random
       * @default 1
       */
      seed?: number;
    };
    /**
     * @description A latency profile of model and GPU, of GET /v1/profiles
     * @enum {string}
     */
    ProfileName: 'h100-llama-2-13b-bf16' | 'h100-llama-3.1-8b-bf16' | 'h100-qwen2.5-32b-bf16';
    /**
     * @example {
     *       "prefill": 2,
     *       "decode": 4
     *     }
     */
    Counts: {
      /** @description Colocated instances, which do prefill and decode */
      serve?: number;
      prefill?: number;
      decode?: number;
    };
    /**
     * @example {
     *       "ttftSeconds": 1,
     *       "tpotSeconds": 0.05,
     *       "attainment": 0.9
     *     }
     */
    Slo: {
      /** @description Bound of the time to first token */
      ttftSeconds?: number;
      /** @description Bound of the time per output token */
      tpotSeconds?: number;
      /** @description Bound of the time to the last token */
      e2eSeconds?: number;
      /**
       * @description Share of requests that must meet every bound
       * @default 0.9
       */
      attainment?: number;
    };
    /** @default {} */
    Scheduler: {
      /**
       * @description Pool that makes the first token
       * @default decode
       * @enum {string}
       */
      firstToken?: 'decode' | 'prefill';
      /**
       * @default least-loaded
       * @enum {string}
       */
      routing?: 'least-loaded' | 'shortest-queue' | 'round-robin';
      /**
       * @description Most requests in a batch
       * @default 256
       */
      maxSeqs?: number;
      /**
       * @description Most tokens in a step
       * @default 2048
       */
      tokenBudget?: number;
    };
    GoodputQuestion: {
      traffic?: components['schemas']['Traffic'];
      /** @default h100-llama-3.1-8b-bf16 */
      profile?: components['schemas']['ProfileName'];
      slo: components['schemas']['Slo'];
      /** @description Every split of so many GPUs (default 4) */
      gpus?: number;
      /**
       * @description Every split of every number of GPUs up to gpus: the heat map over P x D
       * @default false
       */
      upTo?: boolean;
      /** @description Only this deployment */
      counts?: components['schemas']['Counts'];
      /**
       * @description Requests drawn from the mix for each simulated rate
       * @default 8000
       */
      requests?: number;
      /**
       * @default mix
       * @enum {string}
       */
      arrivals?: 'mix' | 'poisson';
      scheduler?: components['schemas']['Scheduler'];
      /**
       * @description Seed of everything random
       * @default 1
       */
      seed?: number;
    };
    PlanQuestion: {
      traffic?: components['schemas']['Traffic'];
      /** @default h100-llama-3.1-8b-bf16 */
      profile?: components['schemas']['ProfileName'];
      slo: components['schemas']['Slo'];
      /**
       * @description The budget
       * @default 8
       */
      maxGpus?: number;
      /**
       * @description Separate prefill and decode instances, or colocated ones
       * @default prefill-decode
       * @enum {string}
       */
      split?: 'prefill-decode' | 'serve';
      /**
       * @description Allowed prefill / decode instances
       * @example {
       *       "min": 0.25,
       *       "max": 4
       *     }
       */
      ratio?: {
        min: number;
        max: number;
      };
      /** @description Ready at the start; default: as few as keep the SLO */
      present?: components['schemas']['Counts'];
      /**
       * @description How often targets may change
       * @default 60
       */
      stepSeconds?: number;
      /** @default 10 */
      steps?: number;
      /** @default ensemble */
      model?: components['schemas']['ForecasterName'];
      /**
       * @description Level of the forecast to be ready for
       * @default 0.9
       */
      quantile?: 0.5 | 0.8 | 0.9 | 0.95 | 0.99;
      /** @description From asking for an instance to its first request; default: of the profile */
      launchSeconds?: number;
      /** @default 16 */
      beamWidth?: number;
      /**
       * @description Try the plan, the runner-up and the best static split out, request by request: takes longer
       * @default false
       */
      tryOut?: boolean;
      scheduler?: components['schemas']['Scheduler'];
      /**
       * @description Seed of everything random
       * @default 1
       */
      seed?: number;
    };
    CapacityQuestion: {
      traffic?: components['schemas']['Traffic'];
      slo: components['schemas']['Slo'];
      /**
       * @description Compared with one another
       * @default [
       *       {
       *         "profile": "h100-llama-3.1-8b-bf16",
       *         "pricePerGpuHour": 0
       *       }
       *     ]
       */
      profiles?: components['schemas']['PricedProfile'][];
      /**
       * @description The largest fleet that is looked at
       * @default 16
       */
      maxGpus?: number;
      /**
       * @description Which deployments are looked at
       * @default any
       * @enum {string}
       */
      splits?: 'any' | 'prefill-decode' | 'serve';
      /**
       * @description Fresh draws of the busiest ten minutes on which the answer is tried out
       * @default 3
       */
      redraws?: number;
      scheduler?: components['schemas']['Scheduler'];
      /**
       * @description Seed of everything random
       * @default 1
       */
      seed?: number;
    };
    PricedProfile: {
      profile: components['schemas']['ProfileName'];
      /**
       * @description In any currency
       * @default 0
       */
      pricePerGpuHour?: number;
    };
    ContestQuestion: {
      traffic?: components['schemas']['Traffic'];
      /** @default h100-llama-3.1-8b-bf16 */
      profile?: components['schemas']['ProfileName'];
      slo: components['schemas']['Slo'];
      /**
       * @description The budget
       * @default 8
       */
      gpus?: number;
      /**
       * @description Length of the window
       * @default 3600
       */
      windowSeconds?: number;
      /**
       * @default [
       *       "static",
       *       "hpa",
       *       "foresail"
       *     ]
       */
      policies?: ('static' | 'hpa' | 'foresail')[];
      /** @description Ready at the start, and the static split; default: fewest GPUs by the table */
      initial?: {
        prefill: number;
        decode: number;
      };
      /** @default ensemble */
      model?: components['schemas']['ForecasterName'];
      /**
       * @description Seed of everything random
       * @default 1
       */
      seed?: number;
    };
    ForecastAnswer: {
      /** @constant */
      schema: 'foresail.forecast/1';
      /** @description Unix time of second 0; null: the trace has no dates */
      startEpochSeconds: number | null;
      /** @description End of the last known bin */
      originSeconds: number;
      binSeconds: number;
      target: string;
      model: string;
      /** @description What the load of the trace was multiplied by */
      loadFactor: number;
      /** @description The last bins before the origin; null where missing */
      history: {
        atSeconds: number;
        value: number | null;
      }[];
      steps: {
        /** @description Start of the bin, seconds from startEpochSeconds (or of the trace) */
        atSeconds: number;
        mean: number;
        p50: number;
        p80: number;
        p90: number;
        p95: number;
        p99: number;
      }[];
    };
    JobSummary: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      kind: 'forecast' | 'simulate' | 'goodput' | 'plan' | 'capacity' | 'contest';
      /** @enum {string} */
      state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
      progress: {
        done: number;
        total: number;
        what: string;
      } | null;
      createdEpochSeconds: number;
      startedEpochSeconds: number | null;
      endedEpochSeconds: number | null;
    };
    Problem: {
      type: string;
      title: string;
      status: number;
      detail: string;
      requestId: string;
      errors?: {
        /**
         * @description JSON pointer into the body, or the parameter
         * @example /slo/ttftSeconds
         */
        pointer: string;
        detail: string;
      }[];
    };
    SimulateAnswer: {
      /** @constant */
      schema: 'foresail.simulate/1';
      profile: string;
      deployment: components['schemas']['CountsAnswer'];
      slo: components['schemas']['SloAnswer'];
      loadFactor: number;
      requests: number;
      finished: number;
      /** @description All that did not finish: failed in the trace, refused or never served */
      failed: number;
      failedInTrace: number;
      /** @description Longer than the model or the cache takes */
      refused: number;
      attainment: number | null;
      ttftSeconds: components['schemas']['Summary'];
      tpotSeconds: components['schemas']['Summary'];
      e2eSeconds: components['schemas']['Summary'];
      gpuSeconds: number;
      endSeconds: number;
    };
    CountsAnswer: {
      serve?: number;
      prefill?: number;
      decode?: number;
    };
    SloAnswer: {
      /** @description Bound of the time to first token */
      ttftSeconds?: number;
      /** @description Bound of the time per output token */
      tpotSeconds?: number;
      /** @description Bound of the time to the last token */
      e2eSeconds?: number;
      attainment: number;
    };
    Summary: {
      mean: number | null;
      p50: number | null;
      p90: number | null;
      p99: number | null;
    };
    GoodputAnswer: {
      /** @constant */
      schema: 'foresail.goodput/1';
      profile: string;
      slo: components['schemas']['SloAnswer'];
      configurations: {
        serve?: number;
        prefill?: number;
        decode?: number;
        gpus: number;
        /** @description Requests per second; 0 when no rate keeps the SLO */
        goodput: number;
        low: number;
        /** @description Missed at this rate; null when no rate missed */
        high: number | null;
        goodputPerGpu: number;
      }[];
      /** @description The largest goodput per GPU */
      best: {
        serve?: number;
        prefill?: number;
        decode?: number;
        gpus: number;
        /** @description Requests per second; 0 when no rate keeps the SLO */
        goodput: number;
        low: number;
        /** @description Missed at this rate; null when no rate missed */
        high: number | null;
        goodputPerGpu: number;
      } | null;
      workload: {
        requests: number;
        meanPromptTokens: number;
        meanOutputTokens: number;
      };
    };
    PlanAnswer: {
      /** @constant */
      schema: 'foresail.plan/1';
      startEpochSeconds: number | null;
      originSeconds: number;
      stepSeconds: number;
      launchSeconds: number;
      loadFactor: number;
      profile: string;
      slo: components['schemas']['SloAnswer'];
      present: components['schemas']['CountsAnswer'];
      steps: {
        atSeconds: number;
        serve?: number;
        prefill?: number;
        decode?: number;
        /** @description Requests per second */
        expectedRate: number;
        /** @description Requests per second at the quantile */
        plannedRate: number;
      }[];
      predictedAttainment: number | null;
      gpuSeconds: number;
      /** @description Tried out request by request; null when it was not */
      simulated: {
        attainment: number | null;
        gpuSeconds: number;
      } | null;
      runnerUp: {
        steps: {
          atSeconds: number;
          serve?: number;
          prefill?: number;
          decode?: number;
        }[];
        predictedAttainment: number | null;
        gpuSeconds: number;
        /** @description Tried out request by request; null when it was not */
        simulated: {
          attainment: number | null;
          gpuSeconds: number;
        } | null;
      } | null;
      /** @description What keeps the plan from costing less */
      binding: string;
      bestStatic: {
        counts: components['schemas']['CountsAnswer'];
        of: number;
        steps: {
          atSeconds: number;
          serve?: number;
          prefill?: number;
          decode?: number;
        }[];
        predictedAttainment: number | null;
        gpuSeconds: number;
        /** @description Tried out request by request; null when it was not */
        simulated: {
          attainment: number | null;
          gpuSeconds: number;
        } | null;
      };
    };
    CapacityAnswer: {
      /** @constant */
      schema: 'foresail.capacity/1';
      slo: components['schemas']['SloAnswer'];
      loadFactor: number;
      load: {
        requests: number;
        meanRate: number;
        /** @description Requests per second in the busiest minute */
        peakRate: number;
      };
      /** @description Least cost, then fewest GPUs, over the profiles */
      best: components['schemas']['CapacityOption'] | null;
      /** @description The next best profile or split */
      runnerUp: components['schemas']['CapacityOption'] | null;
      /** @description One sentence */
      reason: string;
      profiles: components['schemas']['CapacityRow'][];
    };
    CapacityOption: {
      profile: string;
      counts: components['schemas']['CountsAnswer'];
      gpus: number;
      /** @description Share of the requests of the whole traffic within the SLO */
      attainment: number | null;
      /** @description Requests per second that this deployment keeps */
      goodput: number;
      /** @description By what the load may still be multiplied until the SLO is missed */
      headroom: number;
      costPerHour: number;
      /** @description Attainment over the redraws of the busiest ten minutes; null without redraws */
      busiest: {
        low: number;
        mean: number;
        high: number;
      } | null;
    };
    CapacityRow: {
      profile: string;
      pricePerGpuHour: number;
      /** @description Fewest GPUs and best split; null when maxGpus do not suffice */
      best: components['schemas']['CapacityOption'] | null;
      /** @description The best split of each number of GPUs that was looked at */
      curve: {
        gpus: number;
        counts: components['schemas']['CountsAnswer'];
        attainment: number | null;
        goodput: number;
      }[];
      /** @description GPUs needed when the load is so many times the asked one; null: more than maxGpus */
      gpusAtLoad: {
        factor: number;
        gpus: number | null;
      }[];
    };
    ContestAnswer: {
      /** @constant */
      schema: 'foresail.contest/1';
      profile: string;
      slo: components['schemas']['SloAnswer'];
      startEpochSeconds: number | null;
      loadFactor: number;
      initial: components['schemas']['CountsAnswer'];
      window: {
        startSeconds: number;
        endSeconds: number;
      };
      results: {
        policy: string;
        requests: number;
        attainment: number | null;
        /** @description Requests within the SLO per second */
        goodRate: number;
        goodputPerGpu: number;
        gpuHours: number;
        averageGpus: number;
        ttftSeconds: components['schemas']['Summary'];
        tpotSeconds: components['schemas']['Summary'];
        scaleEvents: number;
        reversals: number;
        timeline: {
          atSeconds: number;
          serve?: number;
          prefill?: number;
          decode?: number;
        }[];
      }[];
      ranking: string[];
    };
    JobList: {
      jobs: components['schemas']['JobSummary'][];
    };
    Job: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      kind: 'forecast' | 'simulate' | 'goodput' | 'plan' | 'capacity' | 'contest';
      /** @enum {string} */
      state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
      progress: {
        done: number;
        total: number;
        what: string;
      } | null;
      createdEpochSeconds: number;
      startedEpochSeconds: number | null;
      endedEpochSeconds: number | null;
      answer:
        | (
            | components['schemas']['ForecastAnswer']
            | components['schemas']['SimulateAnswer']
            | components['schemas']['GoodputAnswer']
            | components['schemas']['PlanAnswer']
            | components['schemas']['CapacityAnswer']
            | components['schemas']['ContestAnswer']
          )
        | null;
      problem: components['schemas']['Problem'] | null;
    };
    TraceList: {
      traces: components['schemas']['TraceEntry'][];
    };
    TraceEntry: {
      /**
       * @description A trace of GET /v1/traces, or live for the running service (forecast and plan)
       * @example modelled-week
       */
      id: string;
      name: string;
      builtIn: boolean;
      requests: number;
      failed: number;
      badRows: number;
      spanSeconds: number;
      startEpochSeconds: number | null;
      /** @description As kept, after unpacking */
      bytes: number;
      createdEpochSeconds: number | null;
    };
    ProfileList: {
      profiles: components['schemas']['ProfileEntry'][];
      forecasters: string[];
    };
    ProfileEntry: {
      name: string;
      isDefault: boolean;
      kvTokensCapacity: number;
      maxModelTokens: number;
      launchSeconds: {
        median: number;
        p90: number;
      };
    };
    LiveAnswer: {
      /** @description The label model_name of its metrics */
      model: string;
      atEpochSeconds: number;
      /** @description When its newest sample was taken */
      newestSampleEpochSeconds: number | null;
      /** @description Mean time to the first token over the last minute */
      ttftSeconds: number | null;
      /** @description Mean time per output token over the last minute */
      tpotSeconds: number | null;
      pools: {
        /** @enum {string} */
        role: 'serve' | 'prefill' | 'decode';
        /** @description Requests that wait */
        waiting: number | null;
        /** @description Requests in the running batches */
        running: number | null;
        /** @description Mean share of the KV cache in use */
        kvUse: number | null;
      }[];
      /** @description Pods that report, by role */
      present: components['schemas']['CountsAnswer'] | null;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  forecast: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ForecastQuestion'];
      };
    };
    responses: {
      /** @description The answer */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ForecastAnswer'];
        };
      };
      /** @description A job was made of it: see Location */
      202: {
        headers: {
          Location: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobSummary'];
        };
      };
      /** @description The request cannot be used; `errors` names the fields */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not a content type that is taken */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The running service cannot be read */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Shutting down */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  simulate: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SimulateQuestion'];
      };
    };
    responses: {
      /** @description The answer */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SimulateAnswer'];
        };
      };
      /** @description A job was made of it: see Location */
      202: {
        headers: {
          Location: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobSummary'];
        };
      };
      /** @description The request cannot be used; `errors` names the fields */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not a content type that is taken */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The running service cannot be read */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Shutting down */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  goodput: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['GoodputQuestion'];
      };
    };
    responses: {
      /** @description The answer */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GoodputAnswer'];
        };
      };
      /** @description A job was made of it: see Location */
      202: {
        headers: {
          Location: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobSummary'];
        };
      };
      /** @description The request cannot be used; `errors` names the fields */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not a content type that is taken */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The running service cannot be read */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Shutting down */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  plan: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PlanQuestion'];
      };
    };
    responses: {
      /** @description The answer */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PlanAnswer'];
        };
      };
      /** @description A job was made of it: see Location */
      202: {
        headers: {
          Location: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobSummary'];
        };
      };
      /** @description The request cannot be used; `errors` names the fields */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not a content type that is taken */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The running service cannot be read */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Shutting down */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  capacity: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CapacityQuestion'];
      };
    };
    responses: {
      /** @description The answer */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CapacityAnswer'];
        };
      };
      /** @description A job was made of it: see Location */
      202: {
        headers: {
          Location: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobSummary'];
        };
      };
      /** @description The request cannot be used; `errors` names the fields */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not a content type that is taken */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The running service cannot be read */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Shutting down */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  contest: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ContestQuestion'];
      };
    };
    responses: {
      /** @description The answer */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ContestAnswer'];
        };
      };
      /** @description A job was made of it: see Location */
      202: {
        headers: {
          Location: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobSummary'];
        };
      };
      /** @description The request cannot be used; `errors` names the fields */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not a content type that is taken */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The running service cannot be read */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Shutting down */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listJobs: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Jobs without their answers */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobList'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description The request cannot be used; `errors` names the fields */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  cancelJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The cancelled job */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobSummary'];
        };
      };
      /** @description The request cannot be used; `errors` names the fields */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It is in use, or has ended */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  watchJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      /** @description The request cannot be used; `errors` names the fields */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listTraces: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The traces */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TraceList'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  uploadTrace: {
    parameters: {
      query?: {
        /** @description For people */
        name?: string;
        /** @description Count bad rows instead of refusing the file */
        skipBadRows?: 'true' | 'false';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'text/csv': string;
        'application/gzip': string;
        'application/octet-stream': string;
      };
    };
    responses: {
      /** @description The trace */
      201: {
        headers: {
          Location: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TraceEntry'];
        };
      };
      /** @description The request cannot be used; `errors` names the fields */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too large */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not a content type that is taken */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Shutting down */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  deleteTrace: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A trace of GET /v1/traces, or live for the running service (forecast and plan) */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Deleted */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The request cannot be used; `errors` names the fields */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description It is in use, or has ended */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  listProfiles: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The profiles */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ProfileList'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  live: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The service */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LiveAnswer'];
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no such thing */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many requests, or the queue of jobs is full: come back after Retry-After */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The running service cannot be read */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  health: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description ok */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
    };
  };
  readiness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description ready */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
      /** @description Shutting down */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  metrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Metrics */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
      /** @description No valid token */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
}

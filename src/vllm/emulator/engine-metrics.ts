import { kvUseOf, waitingOn, type LatencyProfile } from '../../serving/index.js';
import { BUCKETS, FINISH_REASONS, lengthBuckets, METRIC } from '../metric-names.js';
import { catchUp, type EngineObserver, type LiveEngine, type LiveJob } from './live-engine.js';
import type { MetricKit } from './metric-kit.js';

/**
 * Adds a vLLM V1 engine's counters and histograms to a registry.
 *
 * @param kit with the labels `model_name` and `engine`
 * @returns what writes them
 */
export function engineObserver(kit: MetricKit, profile: LatencyProfile): EngineObserver {
  const { counter, histogram } = kit;
  const ended = kit.counters(
    METRIC.requestsEnded,
    'Requests that ended, by reason.',
    'finished_reason',
    FINISH_REASONS,
  );
  const preemptions = counter(METRIC.preemptions, 'Preemptions since the start.');
  const promptTokens = counter(METRIC.promptTokens, 'Tokens of the prompts that were computed.');
  const generationTokens = counter(METRIC.generationTokens, 'Tokens generated.');
  const perStep = histogram(METRIC.iterationTokens, 'Tokens of one engine step.', BUCKETS.iterationTokens);
  const ttft = histogram(METRIC.ttft, 'Seconds from arrival to the first token.', BUCKETS.ttft);
  const itl = histogram(METRIC.itl, 'Seconds between two tokens of a request.', BUCKETS.perToken);
  const ofRequest = requestHistograms(kit, lengthBuckets(profile.maxModelTokens));
  return {
    tokens: (job, count, at) => {
      if (job.tokens === 0) ttft.observe(at - job.arrivedAt);
      else for (let i = 0; i < count; i++) itl.observe((at - job.lastTokenAt) / count);
    },
    ended: (job, reason) => {
      ended[reason].inc();
      observeRequest(ofRequest, job);
    },
    preempted: () => preemptions.inc(),
    step: (prompts, generated) => {
      promptTokens.inc(prompts);
      generationTokens.inc(generated);
      perStep.observe(prompts + generated);
    },
  };
}

function requestHistograms({ histogram }: MetricKit, lengths: readonly number[]) {
  return {
    promptTokens: histogram(METRIC.requestPromptTokens, 'Prompt tokens of a request.', lengths),
    generationTokens: histogram(METRIC.requestGenerationTokens, 'Tokens generated for a request.', lengths),
    maxTokens: histogram(METRIC.requestMaxTokens, 'Parameter max_tokens of a request.', lengths),
    e2e: histogram(METRIC.e2e, 'Seconds from arrival to the last token.', BUCKETS.request),
    queue: histogram(METRIC.queueTime, 'Seconds that a request waited.', BUCKETS.request),
    inference: histogram(METRIC.inferenceTime, 'Seconds that a request ran.', BUCKETS.request),
    prefill: histogram(METRIC.prefillTime, 'Seconds from running to the first token.', BUCKETS.request),
    decode: histogram(METRIC.decodeTime, 'Seconds from the first to the last token.', BUCKETS.request),
    tpot: histogram(METRIC.tpot, 'Seconds per token after the first, of a request.', BUCKETS.perToken),
  };
}

/** A request without a token (aborted early) has no times to tell. */
function observeRequest(to: ReturnType<typeof requestHistograms>, job: LiveJob): void {
  to.promptTokens.observe(job.promptTokens);
  to.generationTokens.observe(job.tokens);
  if (job.maxTokens !== null) to.maxTokens.observe(job.maxTokens);
  if (job.tokens === 0) return;
  const decode = job.lastTokenAt - job.firstTokenAt;
  to.e2e.observe(job.lastTokenAt - job.arrivedAt);
  to.queue.observe(job.scheduledAt - job.arrivedAt);
  to.inference.observe(job.lastTokenAt - job.scheduledAt);
  to.prefill.observe(job.firstTokenAt - job.scheduledAt);
  to.decode.observe(decode);
  to.tpot.observe(job.tokens > 1 ? decode / (job.tokens - 1) : 0); // vLLM counts a single token as 0
}

/** Adds the gauges that are read from the engine itself, and the KV cache's settings. */
export function watchEngine(kit: MetricKit, engine: LiveEngine): void {
  const { replica, clock } = engine;
  const gauge = (name: string, help: string, read: () => number): void =>
    kit.gauge(name, help, () => {
      catchUp(engine);
      return read();
    });
  gauge(METRIC.requestsRunning, 'Requests in the running batch.', () => replica.running);
  gauge(METRIC.requestsWaiting, 'Requests that wait for the batch.', () => waitingOn(replica));
  gauge(METRIC.kvUse, 'Share of the KV cache in use, 1 is all.', () => kvUseOf(replica, clock.now()));
  kit.info(METRIC.cacheConfig, 'Settings of the KV cache.', {
    block_size: String(replica.profile.kvBlockTokens),
    cache_dtype: 'auto',
    enable_prefix_caching: 'False',
    engine: '0',
    gpu_memory_utilization: '0.9',
    num_cpu_blocks: 'None',
    num_gpu_blocks: String(replica.totalBlocks),
    num_gpu_blocks_override: 'None',
    sliding_window: 'None',
  });
}

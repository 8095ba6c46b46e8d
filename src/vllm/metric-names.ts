/** Metrics that a vLLM V1 engine gives, by what they say; each has the labels `model_name` and `engine`. */
export const METRIC = {
  requestsRunning: 'vllm:num_requests_running',
  requestsWaiting: 'vllm:num_requests_waiting',
  kvUse: 'vllm:kv_cache_usage_perc',
  preemptions: 'vllm:num_preemptions_total',
  promptTokens: 'vllm:prompt_tokens_total',
  generationTokens: 'vllm:generation_tokens_total',
  /** Also has the label `finished_reason`. */
  requestsEnded: 'vllm:request_success_total',
  ttft: 'vllm:time_to_first_token_seconds',
  itl: 'vllm:inter_token_latency_seconds',
  tpot: 'vllm:request_time_per_output_token_seconds',
  e2e: 'vllm:e2e_request_latency_seconds',
  queueTime: 'vllm:request_queue_time_seconds',
  prefillTime: 'vllm:request_prefill_time_seconds',
  decodeTime: 'vllm:request_decode_time_seconds',
  inferenceTime: 'vllm:request_inference_time_seconds',
  requestPromptTokens: 'vllm:request_prompt_tokens',
  requestGenerationTokens: 'vllm:request_generation_tokens',
  requestMaxTokens: 'vllm:request_params_max_tokens',
  iterationTokens: 'vllm:iteration_tokens_total',
  /** Always 1; its labels, with no `model_name`, are the KV cache's settings. */
  cacheConfig: 'vllm:cache_config_info',
} as const;

/** Names that older engines give the same metrics, by the name of today. */
export const OLDER_NAMES: Readonly<Record<string, readonly string[]>> = {
  [METRIC.kvUse]: ['vllm:gpu_cache_usage_perc'],
  [METRIC.itl]: ['vllm:time_per_output_token_seconds'],
};

/** Values of the label `finished_reason`. */
export const FINISH_REASONS = ['stop', 'length', 'abort', 'error'] as const;

/** Why a request ended. */
export type FinishReason = (typeof FINISH_REASONS)[number];

/** Upper bounds of vLLM's histogram buckets, seconds or tokens. */
export const BUCKETS = {
  ttft: [
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
  ],
  perToken: [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80],
  request: [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680],
  iterationTokens: [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384],
} as const;

/** Bounds 1, 2, 5, 10, 20, 50 ... up to the model's length, as vLLM has for lengths of requests. */
export function lengthBuckets(maxModelTokens: number): number[] {
  const bounds: number[] = [];
  for (let decade = 1; decade <= maxModelTokens; decade *= 10)
    for (const factor of [1, 2, 5]) if (factor * decade <= maxModelTokens) bounds.push(factor * decade);
  return bounds;
}

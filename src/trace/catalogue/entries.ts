import { InputError } from '../../base/index.js';

/** What a file must be: its exact size and checksum. */
export interface KnownContent {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A public trace that can be fetched by name. */
export interface CatalogueEntry {
  readonly name: string;
  /** The file's own name, kept in the cache and asked of mirrors. */
  readonly file: string;
  /** The file's folder, without a slash at the end. */
  readonly baseUrl: string;
  readonly what: string;
  readonly licence: string;
  /** Every content that is this trace; empty where none is known yet: then the first download is recorded. */
  readonly accepted: readonly KnownContent[];
  /** What is left to do before the file can be read. */
  readonly note?: string;
}

const BURSTGPT = 'https://github.com/HPMLL/BurstGPT/releases/download/v2.0';
const AZURE =
  'https://raw.githubusercontent.com/Azure/AzurePublicDataset/b469a113cedca53ddc3bdea71a143dc4b7d8700c/data';
const AZURE_2024 = 'https://github.com/Azure/AzurePublicDataset/releases/download/dataset-llm-2024';
const MOONCAKE =
  'https://raw.githubusercontent.com/kvcache-ai/Mooncake/3b5a594133958449a1feaf1c9e0fc1b553e34a28/FAST25-release/traces';

function burstGpt(part: 1 | 2 | 3, isWithoutFailures: boolean, ...accepted: KnownContent[]): CatalogueEntry {
  return {
    name: `burstgpt-${part}${isWithoutFailures ? '-without-failures' : ''}`,
    file: `BurstGPT_${isWithoutFailures ? 'without_fails_' : ''}${part}.csv`,
    baseUrl: BURSTGPT,
    what: `BurstGPT part ${part}${isWithoutFailures ? ', failed requests left out' : ''}`,
    licence: 'CC BY 4.0',
    accepted,
  };
}

function azure(name: string, file: string, what: string, ...accepted: KnownContent[]): CatalogueEntry {
  return { name, file, baseUrl: AZURE, what, licence: 'CC BY 4.0', accepted };
}

/**
 * Every trace that can be fetched. BurstGPT_1.csv has two contents: the release's CRLF line ends, and LF in the repository.
 *
 * @source releases of HPMLL/BurstGPT, Azure/AzurePublicDataset, kvcache-ai/Mooncake
 */
export const CATALOGUE: readonly CatalogueEntry[] = [
  burstGpt(
    1,
    false,
    { bytes: 52283111, sha256: '4bb3783693d0a435686fbfc885615d2349bd067239079fa4b749f2e679e12122' },
    { bytes: 50853373, sha256: '46fc9480ef0b748ecb2b51d512ff08c196b031782cbe6f78e28044d768e86d5a' },
  ),
  burstGpt(2, false, {
    bytes: 144819209,
    sha256: '44bf5942b03fca42c01a226a545ad3a750ec62688faecd67b6831c56a8928bf7',
  }),
  burstGpt(3, false, {
    bytes: 231682327,
    sha256: '2299986a07388aa303ec2c41d1131e756db650a39ed6ef9dfe7cc3d7f9a43b8f',
  }),
  burstGpt(1, true, { bytes: 51429517, sha256: 'a4d068a7113ec0290e74063a1b3447dc6001a30e4298eb313581b71006dda1f4' }),
  burstGpt(2, true, { bytes: 142376815, sha256: '56193aa9b2bb26128ded43d2d29a960df6bf5af062bcfc9b005f3fcaa4e6e501' }),
  burstGpt(3, true, { bytes: 217312026, sha256: '3326259f9efb11845bc5ef85fa97e6f691050b0974621c91ef22acd566c43a40' }),
  azure('azure-2023-code', 'AzureLLMInferenceTrace_code.csv', 'Azure LLM inference 2023, code', {
    bytes: 320117,
    sha256: '54e9a6d2a4bd06ba1e060304b900abbc74cbea53de96506e60fe5bb4f2277fb6',
  }),
  azure('azure-2023-conv', 'AzureLLMInferenceTrace_conv.csv', 'Azure LLM inference 2023, conversation'),
  {
    ...azure('azure-2024-code', 'AzureLLMInferenceTrace_code_1week.csv', 'Azure LLM inference 2024, a week of code'),
    baseUrl: AZURE_2024,
  },
  {
    ...azure('azure-2024-conv', 'AzureLLMInferenceTrace_conv_1week.csv', 'Azure LLM inference 2024, conversation'),
    baseUrl: AZURE_2024,
  },
  {
    ...{ name: 'mooncake-conversation', file: 'conversation_trace.jsonl', baseUrl: MOONCAKE },
    ...{ what: 'Mooncake, conversation', licence: 'Apache-2.0', accepted: [] },
  },
  {
    ...{ name: 'mooncake-toolagent', file: 'toolagent_trace.jsonl', baseUrl: MOONCAKE },
    ...{ what: 'Mooncake, tools and agents', licence: 'Apache-2.0', accepted: [] },
  },
  {
    ...azure(
      'azure-functions-2021',
      'AzureFunctionsInvocationTraceForTwoWeeksJan2021.rar',
      'Azure Functions 2021 (MAF2), two weeks of invocations',
    ),
    note: 'unpack it (unrar x FILE); the .txt inside is read as it is',
  },
];

/**
 * The trace of a name.
 *
 * @throws InputError listing the names when it is none
 */
export function catalogueEntry(name: string): CatalogueEntry {
  const entry = CATALOGUE.find((known) => known.name === name);
  if (entry) return entry;
  throw new InputError(`no trace is called "${name}"; known: ${CATALOGUE.map((known) => known.name).join(', ')}`);
}

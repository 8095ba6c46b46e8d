import type { JSX } from 'preact';

/** Questions to begin with. */
const EXAMPLES = [
  [
    '?ask=size&fromHours=120&forHours=24&growth=3&price=3',
    'How many H100s for Monday at three times the traffic, with the first token within a second?',
    'Sizes a fleet for day 6 of the modelled week, a Monday, and says by how much it may grow.',
  ],
  [
    '?ask=splits&fromHours=120&forHours=24&tpot=15',
    'Which split of eight of them serves most when each next token must come within 15 ms?',
    'Measures every split of up to eight GPUs, colocated and with prefill and decode apart.',
  ],
  [
    '?ask=plan&forHours=128.5&rate=20&planMinutes=60',
    'It is half past eight that Monday: what should run over the next hour, and when must it be asked for?',
    'Forecasts, plans against the launch time, and replays the busiest half-hour under static and reactive scaling.',
  ],
] as const;

/** What the page shows before anything is asked. */
export function Welcome(): JSX.Element {
  return (
    <div class="welcome">
      <h1>What if?</h1>
      <p class="reason">
        Describe the traffic, the model and what users were promised; the answer is simulated, request by request, on
        measured latencies. Begin with one of these, or with the form.
      </p>
      <ul>
        {EXAMPLES.map(([address, question, note]) => (
          <li>
            <a href={address}>{question}</a>
            <span class="note">{note}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

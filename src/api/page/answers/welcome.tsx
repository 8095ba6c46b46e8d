import type { JSX } from 'preact';

/** Questions to begin with. */
const EXAMPLES = [
  [
    '?ask=size&fromHours=120&forHours=24&growth=3&price=3',
    'How many H100s for Monday at three times the traffic, first token within a second, and which split?',
    'Sizes a fleet for day 6 of the modelled week, which is a Monday.',
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

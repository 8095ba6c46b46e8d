import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

/** Asks for a bearer token; it stays in this tab. */
export function Token({ onToken }: { readonly onToken: (token: string) => void }): JSX.Element {
  const [text, setText] = useState('');
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault();
        onToken(text.trim());
      }}
    >
      <label for="token">This service wants a token</label>
      <input
        {...{ id: 'token', type: 'password', autoComplete: 'off', value: text }}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit">Go on</button>
    </form>
  );
}

import { describe, expect, it } from 'vitest';
import { unsaidDetail } from './steps-list.tsx';

describe('the detail of a step', () => {
  const detail = 'User "viewer" cannot patch resource "envoyfilters".';

  it('of a failed step is not repeated below the sentence that says it', () => {
    expect(unsaidDetail({ state: 'failed', detail }, `${detail} Everything created so far was removed again.`)).toBe(
      '',
    );
    expect(unsaidDetail({ state: 'failed', detail }, '')).toBe(detail);
    expect(unsaidDetail({ state: 'failed', detail }, 'The API server does not answer.')).toBe(detail);
  });

  it('of any other step stands as it is', () => {
    expect(unsaidDetail({ state: 'done', detail: '2 objects' }, 'Of 2 objects one failed.')).toBe('2 objects');
    expect(unsaidDetail({ state: 'undone', detail: '' }, detail)).toBe('');
  });
});

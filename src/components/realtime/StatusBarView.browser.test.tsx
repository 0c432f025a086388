import { expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import '../../styles/tokens.css';
import '../../styles/reset.css';
import '../../styles/surfaces.css';
import { mount } from '../../../tests/browser/mount.ts';
import { statusBarView } from '../../presentation/statusBarView.ts';
import { entryFacts, NOW, stateFacts } from '../../presentation/testFacts.ts';
import type { ConnectionState } from '../../services/realtime/realtimeStore.ts';
import { StatusBarView } from './StatusBarView.tsx';

test('a button of the bar that did its work gives the focus to the one beside it, a bar that goes to what follows', async () => {
  const bar = (connection: Partial<ConnectionState>) => (
    <>
      <StatusBarView view={statusBarView(stateFacts([], connection), NOW)} onRetry={() => undefined} />
      <button type="button">after</button>
    </>
  );
  const page = mount(bar({ socketStatus: 'disconnected' }));
  await userEvent.keyboard('{Tab}');
  expect(document.activeElement?.textContent).toBe('Retry now');
  page.render(bar({}));
  await vi.waitFor(() => {
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Connection details');
  });
  page.render(bar({ socketStatus: 'disconnected', everConnected: false, retryCount: 2 }));
  await vi.waitFor(() => {
    expect(document.activeElement?.textContent).toBe('after');
  });
});

test('the lane of a job that ended gives the focus to another', async () => {
  const bar = (...jobIds: string[]) => {
    const entries = jobIds.map((jobId) => entryFacts({ jobId, title: jobId }, { jobId }));
    return <StatusBarView view={statusBarView(stateFacts(entries), NOW)} />;
  };
  const page = mount(bar('a', 'b'));
  const [first] = page.container.querySelectorAll('li');
  first?.focus();
  page.render(bar('b'));
  await vi.waitFor(() => {
    expect(document.activeElement).toBe(page.container.querySelector('li'));
  });
});

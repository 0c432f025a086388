import { useEffect, useState, type ReactElement } from 'react';
import { flushSync } from 'react-dom';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import '../../styles/tokens.css';
import '../../styles/reset.css';
import '../../styles/surfaces.css';
import { mount } from '../../../tests/browser/mount.ts';
import { SessionRestoreBannerView, type SessionRestoreBannerProps } from './SessionRestoreBannerView.tsx';

type Shown = Pick<SessionRestoreBannerProps, 'message' | 'action'>;

const WAITING: Shown = { message: 'Waiting', action: { label: 'Retry now', onSelect: () => undefined } };
const RESUMING: Shown = { message: 'Resuming', action: null };
const NOTHING: Shown = { message: null };

/** The pointer is where the test before left it, also one of another file: it must not be where the banner will be. */
const corner = document.createElement('div');
corner.style.cssText = 'position: fixed; inset: auto 0 0 auto; width: 8px; height: 8px';
beforeEach(async () => {
  document.body.append(corner);
  await userEvent.hover(corner);
});
afterEach(() => {
  corner.remove();
});

/** A page with a banner between two fields. */
function open(first: Shown) {
  let show: (shown: Shown) => void = () => undefined;
  const uses: boolean[] = [];
  const Page = (): ReactElement => {
    const [shown, setShown] = useState(first);
    useEffect(() => {
      show = setShown;
    }, []);
    return (
      <>
        <input aria-label="before" />
        <SessionRestoreBannerView
          {...shown}
          isRestoring
          onDismiss={() => {
            setShown(NOTHING);
          }}
          onInUse={(isInUse) => uses.push(isInUse)}
        />
        <p>Not a thing to focus.</p>
        <input aria-label="after" style={{ marginTop: 100 }} />
      </>
    );
  };
  const { container } = mount(<Page />);
  const find = (selector: string): HTMLElement => {
    const found = container.querySelector(selector);
    if (!(found instanceof HTMLElement)) throw new Error(`Nothing is ${selector}`);
    return found;
  };
  return {
    uses,
    show: (shown: Shown) => {
      flushSync(() => {
        show(shown);
      });
    },
    banner: () => find('.rg-restore'),
    action: () => find('.rg-restore-action'),
    dismiss: () => find('[aria-label="Dismiss"]'),
    before: find('[aria-label="before"]'),
    after: find('[aria-label="after"]'),
  };
}

test('the button that did its work gives the focus to the one beside it, and the banner is in use until Tab leaves it', async () => {
  const { before, action, dismiss, show, uses, after } = open(WAITING);
  before.focus();
  await userEvent.keyboard('{Tab}');
  expect(document.activeElement).toBe(action());
  show(RESUMING);
  await vi.waitFor(() => {
    expect(document.activeElement).toBe(dismiss());
  });
  expect(uses).toEqual([true]);
  await userEvent.keyboard('{Tab}');
  expect(document.activeElement).toBe(after);
  expect(uses).toEqual([true, false]);
});

test('a banner that is dismissed is not in use, nor is the next one', async () => {
  const { banner, before, dismiss, show, uses } = open(RESUMING);
  await userEvent.hover(banner());
  expect(uses).toEqual([true]);
  dismiss().click();
  await vi.waitFor(() => {
    expect(uses).toEqual([true, false]);
  });
  await userEvent.hover(before);
  show(RESUMING);
  expect(uses).toEqual([true, false]);
});

test('with the focus inside it is in use, also once a pointer has passed over it', async () => {
  const { banner, before, after, uses } = open(RESUMING);
  before.focus();
  await userEvent.keyboard('{Tab}');
  await userEvent.hover(banner());
  await userEvent.hover(after);
  expect(uses).toEqual([true]);
  await userEvent.keyboard('{Tab}');
  expect(uses).toEqual([true, false]);
});

test('a banner that goes gives the focus it had by the keyboard to what follows it', async () => {
  const { before, after, uses } = open(RESUMING);
  before.focus();
  await userEvent.keyboard('{Tab}{Enter}');
  await vi.waitFor(() => {
    expect(document.activeElement).toBe(after);
  });
  expect(uses).toEqual([true, false]);
});

test('a banner that goes takes no focus from where it is', () => {
  const { before, show } = open(RESUMING);
  before.focus();
  show(NOTHING);
  expect(document.activeElement).toBe(before);
});

test('a banner that a page takes away is not in use', async () => {
  const uses: boolean[] = [];
  const banner = (
    <SessionRestoreBannerView
      {...RESUMING}
      isRestoring
      onDismiss={() => undefined}
      onInUse={(isInUse) => uses.push(isInUse)}
    />
  );
  const { container, unmount } = mount(banner);
  container.querySelector('button')?.focus();
  expect(uses).toEqual([true]);
  unmount();
  expect(uses).toEqual([true, false]);
});

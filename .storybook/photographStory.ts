import { expect, inject } from 'vitest';
import { page } from 'vitest/browser';

/** `parameters.visual` of a story. */
export interface VisualParameters {
  /** A selector inside the stage; the stage itself if left out. */
  element?: string;
  /** Further pictures of the same moment. */
  variants?: readonly VisualVariant[];
}
export type VisualVariant = 'narrow' | 'rtl';

interface PhotographedStory {
  id: string;
  parameters: Record<string, unknown>;
}

declare module 'vitest' {
  interface TestContext {
    /** The story under test; addon-vitest puts it here. */
    story?: PhotographedStory;
  }
}

/** The height of Vitest's window: a stage higher than that would be cut. */
const HIGHEST = 2000;

const applyVariant: Record<VisualVariant, (stage: HTMLElement) => void> = {
  narrow: (stage) => {
    stage.style.inlineSize = '390px';
  },
  rtl: (stage) => {
    stage.dir = 'rtl';
  },
};

function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
  });
}

/** `components-rail--half-way` in the light theme is `light/components-rail/half-way`. */
function pictureName(stage: HTMLElement, id: string, variant?: VisualVariant): string {
  return `${stage.dataset['rgTheme']}/${id.replace('--', '/')}${variant === undefined ? '' : `_${variant}`}`;
}

async function photograph(stage: HTMLElement, element: string | undefined, name: string): Promise<void> {
  await document.fonts.ready;
  await nextFrame();
  await nextFrame();
  if (stage.scrollHeight > window.innerHeight)
    await page.viewport(window.innerWidth, Math.min(HIGHEST, stage.scrollHeight));
  const target = element === undefined ? stage : stage.querySelector(element);
  if (target === null) throw new Error(`parameters.visual.element: nothing in the stage matches ${element}.`);
  await expect(target).toMatchScreenshot(name, { comparatorOptions: { tolerance: inject('pictureTolerance') } });
}

/** Photographs a frozen story, then each of its variants; any other story is left alone: its moment would be chance. */
export async function photographStory({ id, parameters }: PhotographedStory): Promise<void> {
  if (!parameters['frozen']) return;
  const { element, variants = [] } = (parameters['visual'] ?? {}) as VisualParameters;
  const stage = document.querySelector<HTMLElement>('[data-stage]');
  if (stage === null) throw new Error('A frozen story has no stage to photograph: keep the decorator withStage.');
  // Each picture is taken, also behind one that differs: a reviewer sees all of what changed.
  const failures: unknown[] = [];
  const take = async (variant?: VisualVariant): Promise<void> => {
    try {
      await photograph(stage, element, pictureName(stage, id, variant));
    } catch (failure) {
      failures.push(failure);
    }
  };
  await take();
  for (const variant of variants) {
    const before = { dir: stage.dir, style: stage.style.cssText };
    applyVariant[variant](stage);
    await take(variant);
    stage.dir = before.dir;
    stage.style.cssText = before.style;
  }
  if (failures.length > 0) throw failures[0];
}

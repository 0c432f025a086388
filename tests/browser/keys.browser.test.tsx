import { expect, onTestFinished, test, vi } from 'vitest';
import { JobCard } from '../../src/components/realtime/JobCard.tsx';
import { jobCardView } from '../../src/presentation/jobCardView.ts';
import { connectionFacts, entryFacts, NOW, STEPS } from '../../src/presentation/testFacts.ts';
import { mount } from './mount.ts';

test.each([true, false])(
  'a worker that gives two steps one id has both shown, without a word on the console',
  (isOpen) => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => {
      complain.mockRestore();
    });
    const steps = STEPS.map((step) => ({ ...step, id: 'same' }));
    for (const progress of [62, null]) {
      const view = jobCardView(entryFacts({ steps, progress }), connectionFacts(), NOW);
      const { container } = mount(<JobCard view={view} isOpen={isOpen} />);
      expect(container.querySelectorAll('[data-step]')).toHaveLength(isOpen ? STEPS.length : 0);
    }
    expect(complain).not.toHaveBeenCalled();
  },
);

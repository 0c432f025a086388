import { addons } from 'storybook/manager-api';
import { create } from 'storybook/theming';

addons.setConfig({
  theme: create({
    base: 'light',
    brandTitle: 'Regen Realtime',
    brandTarget: '_self',
    colorPrimary: '#006f88',
    colorSecondary: '#006f88',
    appBg: '#f7f8f8',
    appContentBg: '#ffffff',
    appBorderColor: '#e3e5e6',
    appBorderRadius: 6,
    barBg: '#ffffff',
    barSelectedColor: '#006f88',
    textColor: '#16191b',
    textMutedColor: '#5d6365',
    fontBase: 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", sans-serif',
  }),
  sidebar: { showRoots: true },
});

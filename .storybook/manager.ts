import { addons } from 'storybook/manager-api';
import { managerTheme } from './themes.ts';

addons.setConfig({
  theme: managerTheme,
  sidebar: { showRoots: true },
});

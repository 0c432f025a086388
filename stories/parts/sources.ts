/* oxlint-disable import/default -- what is imported is the text of a file, not its module */
import besideCard from './BesideCard.tsx?raw';
import cardParts from './CardParts.tsx?raw';
import draft from './Draft.tsx?raw';
import jobTable from './JobTable.tsx?raw';
import ownBar from './OwnBar.tsx?raw';
import panelParts from './PanelParts.tsx?raw';

/** As it stands in an application that has installed the package. */
const asInstalled = (source: string): string => source.replace("'../../src/index.ts'", "'@regen/realtime'");

/** The examples' whole files, to be copied. */
export const SOURCES = {
  besideCard: asInstalled(besideCard),
  cardParts: asInstalled(cardParts),
  draft: asInstalled(draft),
  jobTable: asInstalled(jobTable),
  ownBar: asInstalled(ownBar),
  panelParts: asInstalled(panelParts),
} as const;

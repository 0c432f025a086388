/** A text of each bundled face that is enough to fetch the files that most stories need. */
const SAMPLES: readonly (readonly [family: string, text: string])[] = [
  ['Inter Variable', 'Ready… 1,204 →'],
  ['JetBrains Mono Variable', 'npm test 0O1l →'],
  ['Source Serif 4 Variable', 'A brand of its own'],
  ['Noto Sans Arabic Variable', 'متصل'],
  ['Noto Sans SC Variable', '已连接'],
  ['Noto Emoji Variable', '🙂'],
];

/** Resolves when every bundled face can be painted. Rejects, naming the face, where one is missing: no picture without it. */
export async function loadFonts(): Promise<void> {
  await Promise.all(
    SAMPLES.map(async ([family, text]) => {
      const faces = await document.fonts.load(`16px "${family}"`, text);
      if (faces.length === 0) throw new Error(`The font ${family} is not in .storybook/fonts.css.`);
    }),
  );
  await document.fonts.ready;
}

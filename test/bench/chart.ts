import { type Cell, rateOf } from './figures';
import { QUESTIONS, TITLES } from './question';

const WIDTH = 900;
const LEFT = 230;
const BAR = 14;
const ROOM = 640;
const COLOURS = ['#2563eb', '#6b7280', '#d97706', '#059669', '#9333ea'];

/**
 * The requests a second as bars, drawn for each question and number of connections to a scale of its own: rates are
 * compared within a group.
 */
export function chartOf(cells: readonly Cell[], subtitle: string): string {
  const contenders = [...new Set(cells.map(({ contender }) => contender))];
  const colourOf = (contender: string): string =>
    COLOURS[contenders.indexOf(contender) % COLOURS.length] ?? '';
  const parts: string[] = [];
  let y = 28;
  parts.push(text(12, y, 'Requests a second', 'font-size="16" font-weight="bold"'));
  y += 18;
  parts.push(text(12, y, subtitle, 'font-size="11" fill="#374151"'));
  for (const question of QUESTIONS) {
    const ofQuestion = cells.filter((cell) => cell.question === question);
    if (ofQuestion.length === 0) continue;
    y += 30;
    parts.push(text(12, y, TITLES[question], 'font-size="13" font-weight="bold"'));
    for (const connections of new Set(ofQuestion.map((cell) => cell.connections))) {
      const group = ofQuestion.filter((cell) => cell.connections === connections);
      const most = Math.max(...group.map(rateOf), 1);
      y += 18;
      parts.push(text(24, y, `${connections} connection${connections === 1 ? '' : 's'}`, 'font-size="11"'));
      for (const cell of group) {
        const rate = rateOf(cell);
        const width = Math.max(1, (rate / most) * (ROOM - 70));
        y += BAR + 4;
        parts.push(
          text(LEFT - 8, y - 3, cell.contender, 'font-size="11" text-anchor="end"'),
          `<rect x="${LEFT}" y="${y - BAR}" width="${width.toFixed(1)}" height="${BAR}" fill="${colourOf(cell.contender)}"/>`,
          text(LEFT + width + 6, y - 3, rate.toFixed(0), 'font-size="11"'),
        );
      }
    }
  }
  const height = y + 20;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

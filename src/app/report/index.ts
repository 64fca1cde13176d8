/**
 * report: the answer and its findings as files people take away. In: values. Out: text. Foreign text is made safe for
 * the place it goes to: a terminal, a spreadsheet, a page.
 */
export {
  MAX_RECORDS,
  patchReport,
  RECORD_CHARS,
  type ReportAssets,
  type ReportInput,
  type ReportRecord,
  ReportSample,
  reportHtml,
} from './html.ts';
export { navigatorLayer } from './navigator.ts';
export { TIMELINE_HEADER, timelineLine } from './timeline.ts';
export { storyFindings, type ToldFinding, toldOf } from './told.ts';

/** Drops the run-time `__insertCSS("…")` call that the bundler of sonner adds; the same sheet is imported as a file. */
module.exports = function withoutInsertedStyle(source) {
  const result = source.replace(/^__insertCSS\(".*"\);?$/m, '')
  if (result === source) throw new Error('sonner no longer inserts its style the way this loader expects: look again')
  return result
}

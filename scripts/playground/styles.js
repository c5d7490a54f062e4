// Runs in the playground before GraphiQL. The page's policy lets no inline style in, and Monaco, the editor inside, writes
// <style> elements and style attributes all the time. Style sheets and declarations that are made through the CSS object model are
// not inline (https://www.w3.org/TR/CSP3/#directive-style-src): here the former become the latter.

{
  const createElement = Document.prototype.createElement
  const sheets = new WeakMap()

  /** A stand-in for a <style> element: what is written into it goes to a constructed sheet of the document. */
  function createStyle(document) {
    const element = createElement.call(document, 'adopted-style')
    const sheet = new CSSStyleSheet()
    let text = ''
    const write = (next) => {
      text = String(next)
      sheet.replaceSync(text)
    }
    const content = { configurable: true, get: () => text, set: write }
    const take = (...nodes) => {
      write(text + nodes.map((node) => (typeof node === 'string' ? node : node.textContent)).join(''))
      return nodes[0]
    }
    Object.defineProperties(element, {
      sheet: { get: () => sheet },
      textContent: content,
      innerText: content,
      innerHTML: content,
      append: { value: take },
      appendChild: { value: take },
    })
    sheets.set(element, sheet)
    return element
  }

  Document.prototype.createElement = function (name, options) {
    return String(name).toLowerCase() === 'style' ? createStyle(this) : createElement.call(this, name, options)
  }

  const adopted = (node) =>
    (node instanceof Element ? [node, ...node.querySelectorAll('adopted-style')] : []).filter((each) => sheets.has(each))
  new MutationObserver((changes) => {
    for (const { addedNodes, removedNodes } of changes) {
      const gone = [...removedNodes].flatMap(adopted).map((each) => sheets.get(each))
      const come = [...addedNodes].flatMap(adopted).map((each) => sheets.get(each))
      if (gone.length + come.length === 0) continue
      document.adoptedStyleSheets = [
        ...document.adoptedStyleSheets.filter((sheet) => !gone.includes(sheet) && !come.includes(sheet)),
        ...come,
      ]
    }
  }).observe(document, { childList: true, subtree: true })

  const waiting = 'data-declarations'
  const setAside = (html) => String(html).replace(/(<[^<>]*?\s)style=/gi, `$1${waiting}=`)
  const apply = (root) => {
    for (const element of root.querySelectorAll(`[${waiting}]`)) {
      element.style.cssText = element.getAttribute(waiting)
      element.removeAttribute(waiting)
    }
  }

  const { get, set } = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML')
  Object.defineProperty(Element.prototype, 'innerHTML', {
    configurable: true,
    enumerable: true,
    get,
    set(html) {
      set.call(this, setAside(html))
      apply(this)
    },
  })
  const insertAdjacentHTML = Element.prototype.insertAdjacentHTML
  Element.prototype.insertAdjacentHTML = function (where, html) {
    insertAdjacentHTML.call(this, where, setAside(html))
    apply(this.parentElement ?? this)
  }
  const setAttribute = Element.prototype.setAttribute
  Element.prototype.setAttribute = function (name, value) {
    if (name === 'style' && 'style' in this) this.style.cssText = value
    else setAttribute.call(this, name, value)
  }
}

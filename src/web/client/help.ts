import { knownKeys, onKey } from './keyboard.ts'

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  made.append(...children)
  return made
}

/** `?` shows what keys do on this page. */
export function offerHelp(): void {
  onKey('?', 'This help', () => {
    const list = element('dl')
    for (const { key, help } of knownKeys()) {
      list.append(element('dt', element('kbd', key)), element('dd', help))
    }
    const close = element('button', 'Close')
    const dialog = element('dialog', element('h2', 'Keys'), list, close)
    dialog.className = 'help'
    close.addEventListener('click', () => dialog.close())
    dialog.addEventListener('close', () => dialog.remove())
    document.body.append(dialog)
    dialog.showModal()
  })
}

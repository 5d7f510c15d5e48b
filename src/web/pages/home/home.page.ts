import { home } from '../../../queries/queues/home.ts'
import { frameOf } from '../../frame.ts'
import { html, type Page } from '../../page.ts'
import { HomeView } from './home.view.tsx'

export const homePage: Page = {
  from: ['results', 'running', 'queued'],
  async render(_, web) {
    return html(HomeView({ frame: frameOf(web), home: await home(web) }))
  },
}

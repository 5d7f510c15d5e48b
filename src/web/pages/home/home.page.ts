import { home } from '../../../queries/queues/home.ts'
import { html, type Page } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { HomeView } from './home.view.tsx'

export const homePage: Page<'home'> = {
  from: ['results', 'running', 'queued'],
  async render(_, web) {
    return html(HomeView({ layout: layoutOf(web), home: await home(web), tour: web.settings.tour }))
  },
}

import { describeLaunchpad } from '../../../test/backends/launchpad.contract.ts'
import { staticLaunchpad } from './static.ts'

describeLaunchpad('fixed answers', async () => staticLaunchpad({ uploaders: ['ursula'] }))

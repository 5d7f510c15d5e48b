import { describe } from 'vitest'
import { anEmbeddedBroker } from '../../test/builders/brokers.ts'
import { updateGithubJobsSuite } from '../../test/daemons/update-github-jobs.suite.ts'

describe('update-github-jobs on embedded engines', () =>
  updateGithubJobsSuite(async () => ({ broker: anEmbeddedBroker()() })))

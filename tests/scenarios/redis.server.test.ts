import { SCENARIOS } from '../../mocks/scenarios/index.ts';
import { redisForTests } from '../redis/redisUnderTest.ts';
import { redisPlayedLog } from './onServer/redisPlayedLog.ts';
import { scenarioContract } from './onServer/scenarioContract.ts';

const redis = redisForTests('single');

scenarioContract('the server on Redis', SCENARIOS, (surroundings) => redisPlayedLog(redis())(surroundings));

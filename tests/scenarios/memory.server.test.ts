import { SCENARIOS } from '../../mocks/scenarios/index.ts';
import { memoryPlayedLog } from './onServer/memoryPlayedLog.ts';
import { scenarioContract } from './onServer/scenarioContract.ts';

scenarioContract('the server on memory', SCENARIOS, memoryPlayedLog);

import { haproxy } from './support/proxies.js';
import { describeBehind } from './support/describe-behind.js';

describeBehind(haproxy());

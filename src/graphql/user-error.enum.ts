import { ERROR_CODES } from '../domain/errors';
import { enumOf } from './enum';

export const UserErrorCodeEnum = enumOf('UserErrorCode', ERROR_CODES, 'Why something was refused.');

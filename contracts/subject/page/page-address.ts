import type { StartCommand } from '../../../protocol/driver-protocol.ts';

const PLACEHOLDER = /\{(baseUrl|token|offerId|tag|sessionName)\}/g;

/**
 * Puts what is to be played into the address of a page, escaped. A parameter whose only value is missing is left out:
 * `?offer={offerId}&tag={tag}` keeps the one of the two that there is.
 */
export function fillAddress(template: string, request: StartCommand): string {
  const [rest = '', ...fragments] = template.split('#');
  const [path = '', ...queries] = rest.split('?');
  const query = queries.length > 0 ? `?${fillParameters(queries.join('?'), request)}` : '';
  const fragment = fragments.length > 0 ? `#${fillParameters(fragments.join('#'), request)}` : '';
  return fill(path, request) + query + fragment;
}

function fillParameters(text: string, request: StartCommand): string {
  const parameters = text.split('&').flatMap((parameter) => {
    const value = parameter.slice(parameter.indexOf('=') + 1);
    const [only] = value.match(PLACEHOLDER) ?? [];
    return only === value && fill(value, request) === '' ? [] : [fill(parameter, request)];
  });
  return parameters.join('&');
}

function fill(text: string, request: StartCommand): string {
  return text.replaceAll(PLACEHOLDER, (_, name: 'baseUrl') => encodeURIComponent(request[name] ?? ''));
}

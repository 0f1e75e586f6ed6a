/** Values of an expression's ids over one period; undefined where nothing was published in it. */
export type Values = Readonly<Record<string, number | undefined>>;

/**
 * Evaluates what alarms and dashboards of this product use of CloudWatch's metric math, over one period: numbers, ids,
 * `+ - * /`, comparisons, `IF` and `FILL(id, number)`. A missing value makes what it is in missing, and so does a
 * division by zero (CloudWatch User Guide, "Using metric math").
 *
 * @throws Error for anything else.
 */
export function evaluateExpression(expression: string, values: Values): number | undefined {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|>=|<=|[-+*/(),<>]|\S/g) ?? [];
  let at = 0;
  const peek = () => tokens[at];
  const take = (wanted?: string) => {
    const token = tokens[at++];
    if (token === undefined || (wanted && token !== wanted)) throw new Error(`Not understood: ${expression}`);
    return token;
  };

  function binary(operators: readonly string[], operand: () => number | undefined): number | undefined {
    let left = operand();
    for (let operator = peek(); operator && operators.includes(operator); operator = peek()) {
      take();
      left = calculate(operator, left, operand());
    }
    return left;
  }
  const comparison = (): number | undefined => binary(['>', '>=', '<', '<='], sum);
  const sum = () => binary(['+', '-'], product);
  const product = () => binary(['*', '/'], primary);

  function primary(): number | undefined {
    const token = take();
    if (token === '(') {
      const inner = comparison();
      take(')');
      return inner;
    }
    if (/^\d/.test(token)) return Number(token);
    if (peek() !== '(') {
      if (!(token in values)) throw new Error(`Not known: ${token}`);
      return values[token];
    }
    return call(token);
  }

  function call(name: string): number | undefined {
    take('(');
    const given = [comparison()];
    while (peek() === ',') {
      take();
      given.push(comparison());
    }
    take(')');
    const [first, second, third] = given;
    if (name === 'FILL' && given.length === 2) return first ?? second;
    if (name === 'IF' && given.length === 3) return first === undefined ? undefined : first !== 0 ? second : third;
    throw new Error(`Not understood: ${name} of ${given.length}`);
  }

  const result = comparison();
  if (peek() !== undefined) throw new Error(`Not understood: ${expression}`);
  return result;
}

function calculate(operator: string, left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? undefined : left / right;
    case '>':
      return Number(left > right);
    case '>=':
      return Number(left >= right);
    case '<':
      return Number(left < right);
    default:
      return Number(left <= right);
  }
}

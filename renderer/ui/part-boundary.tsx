import { CircleAlert } from 'lucide-react';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { messageOf } from '../transport/engine-error.ts';
import { writeClipboard } from './clipboard.ts';
import './part-boundary.css';

interface Props {
  /** `The list`: begins the sentence that says what stopped. */
  readonly part: string;
  /** What is shown; when it changes, the part is drawn again by itself. */
  readonly subject?: string | number;
  readonly children: ReactNode;
}

interface State {
  readonly error: unknown;
  readonly failed: boolean;
  /** Where it happened, for a report. */
  readonly trace: string;
}

const whole: State = { error: null, failed: false, trace: '' };

/** Keeps what goes wrong in one part from the others: that part says what happened, and can be drawn again. */
export class PartBoundary extends Component<Props, State> {
  override state: State = whole;

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error, failed: true };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.setState({ trace: `${this.props.part} stopped.\n${stack}\n${info.componentStack ?? ''}` });
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.failed && before.subject !== this.props.subject) this.setState(whole);
  }

  override render(): ReactNode {
    const { error, failed, trace } = this.state;
    if (!failed) return this.props.children;
    return (
      <div className="part-failed" role="alert">
        <CircleAlert size={15} className="is-error" />
        <p>
          {this.props.part} stopped because of a fault in this program: <span className="data">{messageOf(error)}</span>
          <span className="muted"> What was recorded is kept.</span>
        </p>
        <button type="button" className="button" onClick={() => this.setState(whole)}>
          Go on
        </button>
        <button type="button" className="button" onClick={() => void writeClipboard(trace).catch(() => {})}>
          Copy details
        </button>
      </div>
    );
  }
}

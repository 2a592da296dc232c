import { Component, type ReactNode } from 'react';
import { servedVersion } from './new-version.ts';

interface ErrorBoundaryProps {
  children: ReactNode;
  /** Another place is another page, which is tried anew. */
  place: string;
}

interface ErrorBoundaryState {
  hasFailed: boolean;
  place: string;
}

/**
 * A page that can't be loaded, or breaks, leaves the rest of the app as it is. Trying again loads
 * the document anew, since browsers keep a module that could not be loaded as it failed.
 */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { hasFailed: false, place: this.props.place };

  static getDerivedStateFromError(): Partial<ErrorBoundaryState> {
    return { hasFailed: true };
  }

  static getDerivedStateFromProps(
    { place }: ErrorBoundaryProps,
    state: ErrorBoundaryState,
  ): ErrorBoundaryState | null {
    return place === state.place ? null : { hasFailed: false, place };
  }

  override componentDidCatch(): void {
    // The pages of a build that was replaced are gone from the server.
    void servedVersion().then((version) => {
      if (version === 'other') window.location.reload();
    });
  }

  /** Without an answer the browser's own error page would take the place of the app. */
  readonly #retry = () =>
    void servedVersion().then((version) => {
      if (version !== 'none') window.location.reload();
    });

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <div className="page">
        <div className="notice bad" role="alert">
          <p>This page could not be loaded. Check your connection.</p>
          <button type="button" onClick={this.#retry}>
            Try again
          </button>
        </div>
      </div>
    );
  }
}

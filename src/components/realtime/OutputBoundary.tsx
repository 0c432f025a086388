'use client';
import { Component, type ReactNode } from 'react';

export interface OutputBoundaryProps {
  children: ReactNode;
  /** Stands in the place of children that threw. */
  fallback: ReactNode;
  onThrown: (cause: unknown) => void;
}

/** Keeps what an application draws from taking the page down with it. A class: React tells nothing else of a throw. */
export class OutputBoundary extends Component<OutputBoundaryProps, { hasThrown: boolean }> {
  override state: { hasThrown: boolean } = { hasThrown: false };

  static getDerivedStateFromError(): { hasThrown: boolean } {
    return { hasThrown: true };
  }

  override componentDidCatch(cause: unknown): void {
    this.props.onThrown(cause);
  }

  override render(): ReactNode {
    return this.state.hasThrown ? this.props.fallback : this.props.children;
  }
}

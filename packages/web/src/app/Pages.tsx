import { lazy, type ReactElement, Suspense } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { ChartGate } from "../charts/ChartGate.tsx";
import { Spinner } from "../parts/Spinner.tsx";
import { en } from "../texts/en.ts";
import { NotFound } from "./NotFound.tsx";
import { PageBoundary } from "./PageBoundary.tsx";

const ChartsPage = lazy(async () => ({ default: (await import("../charts/ChartsPage.tsx")).ChartsPage }));
const ChartPage = lazy(async () => ({ default: (await import("../charts/ChartPage.tsx")).ChartPage }));
const StoresPage = lazy(async () => ({
  default: (await import("../stores-page/StoresPage.tsx")).StoresPage,
}));
const SettingsPage = lazy(async () => ({
  default: (await import("../settings/SettingsPage.tsx")).SettingsPage,
}));
const AddRecord = lazy(async () => ({ default: (await import("../screens/AddRecord.tsx")).AddRecord }));
const RecordPage = lazy(async () => ({ default: (await import("../screens/RecordPage.tsx")).RecordPage }));

/** Every page, each loaded when somebody goes there. */
export function Pages(): ReactElement {
  const [path] = useLocation();
  return (
    <PageBoundary key={path}>
      <Suspense fallback={<Spinner page label={en.parts.loading} />}>
        <Switch>
          <Route path="/">
            <Redirect to="/charts" replace />
          </Route>
          <Route path="/charts">
            <ChartsPage />
          </Route>
          <Route path="/charts/:id">
            {({ id }) => <ChartGate chart={id}>{(view) => <ChartPage view={view} />}</ChartGate>}
          </Route>
          <Route path="/charts/:id/add">
            {({ id }) => <ChartGate chart={id}>{() => <AddRecord chart={id} />}</ChartGate>}
          </Route>
          <Route path="/charts/:id/records/:record">
            {({ id, record }) => (
              <ChartGate chart={id}>{() => <RecordPage chart={id} record={record} />}</ChartGate>
            )}
          </Route>
          <Route path="/stores">
            <StoresPage />
          </Route>
          <Route path="/settings">
            <SettingsPage />
          </Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Suspense>
    </PageBoundary>
  );
}

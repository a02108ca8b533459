// Draws every [data-chart] as stock over time with its uncertainty band. Instants arrive as local wall-clock milliseconds and are shown as UTC,
// so the household's time zone holds whatever the browser's is.
(() => {
  "use strict";
  const probe = document.body.appendChild(document.createElement("i")); // a canvas needs the colour that light or dark came to
  probe.hidden = true;
  const colour = name => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const weight = grams => Math.abs(grams) < 1000 ? `${Math.round(grams)} g` : `${(grams / 1000).toFixed(2)} kg`;

  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const day = (korean, at) => {
    const date = new Date(at);
    return korean ? `${date.getUTCMonth() + 1}/${date.getUTCDate()}` : `${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
  };

  function option(data) {
    const below = data.points.map(([at, grams, band]) => [at, Math.max(0, grams - band)]);
    const width = data.points.map(([at, grams, band]) => [at, grams + band - Math.max(0, grams - band)]);
    const quiet = { type: "line", symbol: "none", step: "end", lineStyle: { opacity: 0 }, silent: true, stack: "band", tooltip: { show: false } };
    return {
      useUTC: true,
      animation: false,
      grid: { left: 8, right: 12, top: 30, bottom: 4, containLabel: true },
      legend: { data: [data.measured, data.uncertainty], right: 0, top: 0, textStyle: { color: colour("--ink-soft") } },
      tooltip: {
        trigger: "axis", renderMode: "richText", // drawn on the canvas: the page's policy allows no inline styles
        backgroundColor: colour("--surface"), borderColor: colour("--line"), textStyle: { color: colour("--ink") },
        formatter: series => {
          const line = series.find(one => one.seriesName === data.measured);
          return line ? `${day(data.korean, line.value[0])}  ${weight(line.value[1])}` : "";
        },
      },
      xAxis: { type: "time", minInterval: 86_400_000, axisLabel: { color: colour("--ink-soft"), hideOverlap: true, formatter: at => day(data.korean, at) }, axisLine: { lineStyle: { color: colour("--line") } } },
      yAxis: { type: "value", min: 0, axisLabel: { color: colour("--ink-soft"), formatter: weight }, splitLine: { lineStyle: { color: colour("--line") } } },
      series: [
        { ...quiet, name: "below", data: below },
        { ...quiet, name: data.uncertainty, data: width, itemStyle: { color: colour("--accent"), opacity: .25 }, areaStyle: { color: colour("--accent"), opacity: .22 } },
        { type: "line", name: data.measured, symbol: "none", step: "end", data: data.points.map(([at, grams]) => [at, grams]),
          itemStyle: { color: colour("--accent") }, lineStyle: { color: colour("--accent"), width: 2 } },
      ],
    };
  }

  function draw(root) {
    for (const element of root.querySelectorAll("[data-chart]")) {
      const chart = echarts.getInstanceByDom(element) ?? echarts.init(element);
      chart.setOption(option(JSON.parse(element.dataset.chart)), true);
    }
  }

  const redraw = () => draw(document);
  redraw();
  addEventListener("resize", () => document.querySelectorAll("[data-chart]").forEach(element => echarts.getInstanceByDom(element)?.resize()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  document.body.addEventListener("htmx:load", event => draw(event.detail.elt));
})();

using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Configuration;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Gateway.Ordering;

/// <summary>The calendar that decisions count on: the holidays of the law with the household's own file over them.</summary>
/// <remarks>The file is read at the start and again when it was written anew, at most once in ten real seconds. While a line of it is wrong the calendar of the law alone counts, and the pages say which line. Thread safe.</remarks>
internal sealed class HolidayDesk
{
    private const int Horizon = 90;         // days ahead without deliveries that a decision may have to know
    private const long LargestFile = 65_536; // thousands of lines; more is another file

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10); // real time

    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly ILogger<HolidayDesk> _log;
    private KoreanHolidays _calendar = KoreanHolidays.BuiltIn;
    private HolidayProblem? _problem;
    private DateTime _written = DateTime.MinValue;
    private long _lookedAt;

    /// <summary>Reads the file that the configuration names inside <paramref name="folder"/>, if it is there.</summary>
    public HolidayDesk(DataFolder folder, Household household, ILogger<HolidayDesk> log)
    {
        (_path, _log) = (folder.Inside(household.Options.Ordering.HolidaysFile), log);
        lock (_lock)
            Look_NeedsLock();
    }

    /// <summary>What is wrong with the file, or null.</summary>
    public HolidayProblem? Problem
    {
        get
        {
            lock (_lock)
                return Now_NeedsLock() is { } ? _problem : null;
        }
    }

    /// <summary>The calendar as it stands now.</summary>
    public KoreanHolidays Calendar
    {
        get
        {
            lock (_lock)
                return Now_NeedsLock();
        }
    }

    /// <summary>The days without deliveries from <paramref name="today"/> on, three months far.</summary>
    public IEnumerable<HouseholdDay> ClosedFrom(HouseholdDay today)
    {
        KoreanHolidays calendar = Calendar;
        return Enumerable.Range(0, Horizon).Select(ahead => new HouseholdDay(today.Number + (uint)ahead)).Where(day => calendar.IsDeliveryFree(day.ToDate()));
    }

    private KoreanHolidays Now_NeedsLock()
    {
        if (TimeProvider.System.GetElapsedTime(_lookedAt) >= BetweenLooks)
            Look_NeedsLock();
        return _calendar;
    }

    private void Look_NeedsLock()
    {
        _lookedAt = TimeProvider.System.GetTimestamp();
        DateTime written = File.GetLastWriteTimeUtc(_path); // a day in 1601 where there is none
        if (written == _written)
            return;
        _written = written;
        (_calendar, _problem) = Read();
        if (_problem is { } wrong)
            _log.LogWarning("{Problem}", wrong.En);
    }

    private (KoreanHolidays Calendar, HolidayProblem? Problem) Read()
    {
        FileInfo file = new(_path);
        if (!file.Exists)
            return (KoreanHolidays.BuiltIn, null);
        try
        {
            if (file.Length > LargestFile)
                return (KoreanHolidays.BuiltIn, new HolidayProblem(0, $"{_path} is longer than {LargestFile} bytes. Keep a line per day; until then the built-in calendar is used.", $"{_path} 파일이 너무 큽니다. 하루에 한 줄만 두세요. 그때까지는 기본 달력을 씁니다."));
            KoreanHolidays calendar = HolidayFile.Apply(ForeignFile.ReadText(_path, (int)LargestFile), file.Name, out HolidayProblem? problem);
            return (calendar, problem);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (KoreanHolidays.BuiltIn, new HolidayProblem(0, $"{_path} cannot be read: {error.Message} Correct its rights; until then the built-in calendar is used.", $"{_path} 파일을 읽을 수 없습니다. 권한을 고치세요. 그때까지는 기본 달력을 씁니다."));
        }
    }
}
